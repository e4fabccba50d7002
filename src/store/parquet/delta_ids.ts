import { ByteWriter } from "hyparquet-writer";
import type { IdColumn } from "../../feed/records/batch.ts";
import { copyBytes, wordsOfIds } from "../../feed/records/id_buffer.ts";
import { fastestLoops } from "./fastest_loops.ts";

/** Rows whose ids are read ahead at a time: of so many, 8 KB, the first ones are still in the fastest cache. */
const ROWS_AHEAD = 128;

/** Where a reading ahead leaves its result: the compiler drops reads that have none. */
const LAST_READ = new Int32Array(1);

/** The bytes that ids do not share with those before them. Used for one column at a time, like the page's buffer. */
const OWN = new ByteWriter(1 << 20);

/**
 * Writes `count` ids, the column's without the nulls, in Parquet's DELTA_BYTE_ARRAY: for each, how many bytes it shares
 * with the previous one; then, for each, how many are its own; and then these bytes.
 */
export function writeIds(writer: ByteWriter, ids: IdColumn, count: number): void {
  const { starts, lengths, bytes } = ids;
  const words = wordsOfIds(ids);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shared = new Int32Array(count);
  const own = new Int32Array(count);
  const target = roomFor(lengths);
  let at = 0;
  let to = 0;
  let before = 0; // where the id before it begins, and how long it is
  let beforeLength = 0;
  for (let row = 0; row < lengths.length; row++) {
    if (row % ROWS_AHEAD === 0) readAhead(words, ids, row);
    const length = lengths[row];
    if (length === 0) continue;
    const start = starts[row];
    const same = sharedBytes(words, before, start, Math.min(length, beforeLength));
    shared[at] = same;
    own[at++] = length - same;
    copyBytes(target, to, source, start + same, length - same);
    to += length - same;
    before = start;
    beforeLength = length;
  }
  fastestLoops().packLengths(writer, shared);
  fastestLoops().packLengths(writer, own);
  writer.appendBytes(new Uint8Array(target.buffer, target.byteOffset, to));
}

/** A view of `OWN` that has room for all ids. */
function roomFor(lengths: Uint32Array): DataView {
  let bytes = 0;
  for (let row = 0; row < lengths.length; row++) bytes += lengths[row];
  OWN.ensure(bytes);
  return OWN.view;
}

/**
 * Reads both ends of the next rows' ids. In memory the ids lie in the order in which they were published, and comparing them
 * waits for each to arrive; reads that depend on nothing are under way together. Half of the time, measured.
 */
function readAhead(words: Int32Array, { starts, lengths }: IdColumn, from: number): void {
  const until = Math.min(from + ROWS_AHEAD, lengths.length);
  let read = 0;
  for (let row = from; row < until; row++) {
    if (lengths[row] === 0) continue;
    read ^= words[starts[row] >> 2] ^ words[(starts[row] + lengths[row] - 1) >> 2];
  }
  LAST_READ[0] = read;
}

/** How many bytes, at most `most`, are the same from two places on, each of which begins a word. */
function sharedBytes(words: Int32Array, a: number, b: number, most: number): number {
  for (let same = 0; same < most; same += 4) {
    const differing = words[(a + same) >> 2] ^ words[(b + same) >> 2];
    if (differing !== 0) return Math.min(most, same + bytesBelow(differing));
  }
  return most;
}

/** How many bytes of a word lie below its lowest bit that is set. */
function bytesBelow(word: number): number {
  return (31 - Math.clz32(word & -word)) >> 3;
}
