/** What a Parquet file begins with. */
const MAGIC_BYTES = 4;
const STEP_BYTES = 16;
const STEPS = 64;

/**
 * How many bytes may lie before the first row group: the magic ones and, after them, zeros.
 *
 * Each file of trades begins its rows later than the one whose place it takes. DuckDB opens a file twice, by its name,
 * first for the footer, then for the rows; when another has taken its place in between, it looks for the rows where
 * the old footer says. With the first column at the same place in both, a query of that column alone got a mixture of
 * the two and no error. Zeros are no page, so that it fails.
 */
export const LEADS: readonly number[] = Array.from({ length: STEPS }, (_, i) => MAGIC_BYTES + i * STEP_BYTES);

/** The zeros with which a file begins its rows that takes the place of one that begins with `head`. */
export function zerosAfter(head: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = head.findIndex((byte, place) => place >= MAGIC_BYTES && byte !== 0);
  const steps = Math.ceil((Math.max(rows, MAGIC_BYTES) - MAGIC_BYTES) / STEP_BYTES);
  return new Uint8Array(((steps + 1) % STEPS) * STEP_BYTES);
}

/** How much of a file tells where its rows begin. */
export const HEAD_BYTES = LEADS.at(-1)! + 1;
