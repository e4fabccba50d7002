import type { IdColumn } from "./batch.ts";

/** Room for ids of Xetra, which have up to 52 bytes; longer ones get more. */
const USUAL_ID_BYTES = 52;
const ENCODER = new TextEncoder();
/** If at least this many rows follow each other, they are copied in one go. */
export const LONG_RUN = 16;

/** The bytes that an id takes up in a column: whole words of 32 bits. */
export function bytesTakenBy(length: number): number {
  return (length + 3) & ~3;
}

/** The ids of a column as words of 32 bits; each begins with a word. */
export function wordsOfIds({ bytes }: IdColumn): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Copies bytes from any place to any other, by words: a loop of bytes takes twice as long, and `set` longer still. */
export function copyBytes(target: DataView, to: number, source: DataView, from: number, count: number): void {
  let at = 0;
  for (; at + 4 <= count; at += 4) target.setInt32(to + at, source.getInt32(from + at, true), true);
  for (; at < count; at++) target.setUint8(to + at, source.getUint8(from + at));
}

/** An id column under construction. */
export class IdBuffer {
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  #bytes: Uint8Array<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;
  #used = 0;

  /** Has room for `rows` rows, all null until an id is put. */
  constructor(rows: number) {
    this.#starts = new Uint32Array(rows);
    this.#lengths = new Uint32Array(rows);
    this.#bytes = new Uint8Array(USUAL_ID_BYTES * rows);
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  /** Gives `count` rows the ids of another column, starting at row `from`; `words` are those of that column. */
  putRun(row: number, ids: IdColumn, words: Int32Array, from: number, count: number): void {
    const { starts, lengths, bytes } = ids;
    const last = from + count - 1;
    const start = starts[from];
    const end = starts[last] + bytesTakenBy(lengths[last]);
    if (count < LONG_RUN || !isUnbroken(ids, from, count)) {
      for (let i = 0; i < count; i++) this.putWords(row + i, words, starts[from + i], lengths[from + i]);
      return;
    }
    this.#makeRoom(end - start);
    this.#bytes.set(bytes.subarray(start, end), this.#used);
    this.#lengths.set(lengths.subarray(from, from + count), row);
    for (let i = 0; i < count; i++) this.#starts[row + i] = this.#used + starts[from + i] - start;
    this.#used += end - start;
  }

  /**
   * Gives a row the id of `length` bytes that begins with the word at byte `start`; null when it has none. It is copied by
   * words: by bytes, the ids took a quarter of the time of a merge.
   */
  putWords(row: number, words: Int32Array, start: number, length: number): void {
    const taken = bytesTakenBy(length);
    this.#begin(row, length, taken);
    const target = this.#words;
    const to = this.#used >> 2;
    const from = start >> 2;
    for (let i = 0; i < taken >> 2; i++) target[to + i] = words[from + i];
    this.#used += taken;
  }

  /** Gives a row the id in `bytes` from `start` to `end`; null when the two are equal. */
  put(row: number, bytes: Uint8Array, start: number, end: number): void {
    const taken = bytesTakenBy(end - start);
    this.#begin(row, end - start, taken);
    const target = this.#bytes;
    const to = this.#used - start;
    // A loop, since set() and subarray() cost more for so few bytes.
    for (let at = start; at < end; at++) target[to + at] = bytes[at];
    this.#used += taken;
  }

  /** Gives a row this id; null when it is empty. */
  putText(row: number, text: string): void {
    const bytes = ENCODER.encode(text);
    this.put(row, bytes, 0, bytes.length);
  }

  /**
   * Gives ids to rows from `row` on. They lie in `bytes` in the order of rows, each from the beginning of a word on;
   * `places` holds the start and the length of each. A row of length 0 is null.
   */
  putAll(row: number, rows: number, bytes: Uint8Array, places: Int32Array): void {
    let end = 0;
    for (let i = 0; i < rows; i++) {
      const [start, length] = [places[2 * i], places[2 * i + 1]];
      this.#starts[row + i] = this.#used + start;
      this.#lengths[row + i] = length;
      if (length > 0) end = start + bytesTakenBy(length);
    }
    this.#makeRoom(end);
    this.#bytes.set(bytes.subarray(0, end), this.#used);
    this.#used += end;
  }

  /** Sets a row to null. */
  clear(row: number): void {
    this.#lengths[row] = 0;
  }

  isNull(row: number): boolean {
    return this.#lengths[row] === 0;
  }

  /** The ids of the first `rows` rows. */
  take(rows: number): IdColumn {
    return {
      kind: "id",
      starts: this.#starts.subarray(0, rows),
      lengths: this.#lengths.subarray(0, rows),
      bytes: this.#bytes.subarray(0, this.#used),
    };
  }

  #begin(row: number, length: number, taken: number): void {
    this.#starts[row] = this.#used;
    this.#lengths[row] = length;
    this.#makeRoom(taken);
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#used + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#words = new Int32Array(larger.buffer);
  }
}

/** Whether ids lie one directly after the other; ids of null rows may lie anywhere. */
function isUnbroken({ starts, lengths }: IdColumn, from: number, count: number): boolean {
  for (let row = from; row < from + count - 1; row++) {
    if (starts[row + 1] !== starts[row] + bytesTakenBy(lengths[row])) return false;
  }
  return true;
}
