import type { IdColumn, NumberColumn } from "./batch.ts";
import { IdBuffer, wordsOfIds } from "./id_buffer.ts";

/*
 * Rows of one column in another order, each by itself: loops that do nothing but move values, since a sort moves nearly
 * every row.
 */

export function takeTimes(nanos: BigInt64Array, rows: Uint32Array): BigInt64Array {
  const taken = new BigInt64Array(rows.length);
  const [target, source] = [new Uint32Array(taken.buffer), wordsOf(nanos)];
  for (let i = 0; i < rows.length; i++) copyPair(target, i, source, rows[i]);
  return taken;
}

export function takeNumbers({ values: old }: NumberColumn, rows: Uint32Array): NumberColumn {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = old[rows[i]];
  return { kind: "number", values };
}

/** Copies the bytes, in the order of the rows. */
export function takeIds(column: IdColumn, rows: Uint32Array): IdColumn {
  const { starts, lengths } = column;
  const words = wordsOfIds(column);
  const ids = new IdBuffer(rows.length);
  for (let i = 0; i < rows.length; i++) ids.putWords(i, words, starts[rows[i]], lengths[rows[i]]);
  return ids.take(rows.length);
}

/** The bytes are not copied. */
export function borrowIds({ starts, lengths, bytes }: IdColumn, rows: Uint32Array): IdColumn {
  const taken = { starts: new Uint32Array(rows.length), lengths: new Uint32Array(rows.length) };
  for (let i = 0; i < rows.length; i++) {
    taken.starts[i] = starts[rows[i]];
    taken.lengths[i] = lengths[rows[i]];
  }
  return { kind: "id", ...taken, bytes, isBorrowed: true };
}

/** The bytes of an array as they lie in memory: in the order that Parquet has, on every machine that Deno runs on. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The words of 64-bit integers, two for each. */
export function wordsOf({ buffer, byteOffset, length }: BigInt64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, 2 * length);
}

/** Copies a value of two words from one place to another. */
export function copyPair(target: Uint32Array, to: number, source: Uint32Array, from: number): void {
  target[2 * to] = source[2 * from];
  target[2 * to + 1] = source[2 * from + 1];
}
