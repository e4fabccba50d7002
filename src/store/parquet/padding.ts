/** A Parquet file begins with this many magic bytes. */
const MAGIC_BYTES = 4;
const STEP_BYTES = 16;
const STEPS = 64;

/**
 * How many bytes may stand before the first row group: the magic bytes, then zeros.
 *
 * The rows of a file of trades begin further on than those of the file it replaces. DuckDB opens a file twice by its
 * name, first for the footer and then for the rows. If another file has taken its place in between, it looks for the
 * rows where the old footer says. When the first column was at the same place in both files, a query of only that
 * column returned a mixture of the two without an error. Zeros are not a page, so now the query fails.
 */
export const PADDINGS: readonly number[] = Array.from(
  { length: STEPS },
  (_, i) => MAGIC_BYTES + i * STEP_BYTES,
);

/** The zeros with which to begin a file that replaces one beginning with `head`. */
export function zerosAfter(head: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = head.findIndex((byte, place) => place >= MAGIC_BYTES && byte !== 0);
  const steps = Math.ceil((Math.max(rows, MAGIC_BYTES) - MAGIC_BYTES) / STEP_BYTES);
  return new Uint8Array(((steps + 1) % STEPS) * STEP_BYTES);
}

/** How many bytes of a file are needed to see where its rows begin. */
export const HEAD_BYTES = PADDINGS.at(-1)! + 1;
