import { copyBytes, viewOf } from "./copy_bytes.ts";
import type { ColumnKind, RecordType } from "./record_type.ts";

/** Room for ids of Xetra, which have up to 52 bytes; longer ones get more. */
const USUAL_ID_BYTES = 52;
const ENCODER = new TextEncoder();
/** If at least this many rows follow each other, they are copied in one go. */
export const LONG_RUN = 16;

/** Represents null in a time column: the smallest 64-bit integer, in the year 1677. */
export const NULL_TIME = -(2n ** 63n);

/**
 * Strings by code: row i holds `values[codes[i]]`; code 0 is null. In decoded rows, and in what `take` picks from them,
 * columns with few values share their codes: a code names a combination of values, so several codes may stand for one
 * value, and codes other than 0 may stand for null. In rows that were read or merged, each value has exactly one code.
 */
export interface TextColumn {
  readonly kind: "text";
  readonly codes: Uint32Array;
  readonly values: readonly (string | null)[];
  /**
   * Whether it is known to have the same value in all rows, the last of `values`; then other columns may share the
   * codes.
   */
  readonly isUniform?: boolean;
}

/**
 * Strings that rarely occur twice, in UTF-8: row i holds `lengths[i]` bytes of `bytes`, from `starts[i]`; zero bytes
 * mean null. As JavaScript strings they would take 50 MB and a tenth of the time more for a day, measured.
 */
export interface IdColumn {
  readonly kind: "id";
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly bytes: Uint8Array;
  /** Whether the bytes belong to another batch. */
  readonly isBorrowed?: boolean;
}

/** Nanoseconds since 1970-01-01 UTC, in a `micros` column microseconds; null is `NULL_TIME`. */
export interface TimeColumn {
  readonly kind: "time";
  readonly nanos: BigInt64Array;
}

/** Numbers, days and flags (0, 1); null is NaN, which JSON does not have. */
export interface NumberColumn {
  readonly kind: "number";
  readonly values: Float64Array;
  /** Whether it is known to be null in all rows; then other columns may share the values. */
  readonly isUniform?: boolean;
}

export type ColumnData = TextColumn | IdColumn | TimeColumn | NumberColumn;

/**
 * Rows stored by column: `columns[i]` holds `type.columns[i]`. Columns are used instead of row objects because a day of
 * 440,000 trades then takes a third of the memory and a fifth of the time (measured with Deno 2.9).
 */
export interface Batch {
  readonly type: RecordType;
  readonly rows: number;
  readonly columns: readonly ColumnData[];
}

/** How the values of a column are kept in memory. */
export function storageOf(kind: ColumnKind): ColumnData["kind"] {
  if (kind === "micros") return "time";
  return kind === "text" || kind === "id" || kind === "time" ? kind : "number";
}

/**
 * Frees the memory of a batch at once; the batch must not be used any more. The garbage collector does not count memory
 * outside its heap, and would let 60 MB of a month's groups accumulate. Only for a batch that shares no arrays with
 * others, except uniform and borrowed ones.
 */
export function release({ columns }: Batch): void {
  const buffers = columns.flatMap((column) => arraysOf(column).map(({ buffer }) => buffer as ArrayBuffer));
  for (const buffer of new Set(buffers)) buffer.transfer(0);
}

/** The arrays that belong to this batch alone. */
function arraysOf(column: ColumnData): (Uint8Array | Uint32Array | BigInt64Array | Float64Array)[] {
  switch (column.kind) {
    case "text":
      return column.isUniform ? [] : [column.codes];
    case "id":
      return [column.starts, column.lengths, ...column.isBorrowed ? [] : [column.bytes]];
    case "time":
      return [column.nanos];
    case "number":
      return column.isUniform ? [] : [column.values];
  }
}

/** Assigns codes to strings, from 1; equal strings get the same code. */
export class Interner {
  readonly values: (string | null)[] = [null];
  readonly #codes = new Map<string, number>();

  /** The code of null is 0. */
  code(value: string | null): number {
    if (value === null) return 0;
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.values.push(value) - 1;
    this.#codes.set(value, code);
    return code;
  }
}

/** An id column under construction. */
export class IdBuffer {
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  #bytes: Uint8Array;
  #view: DataView;
  #used = 0;

  /** Has room for `rows` rows, all null until an id is put. */
  constructor(rows: number) {
    this.#starts = new Uint32Array(rows);
    this.#lengths = new Uint32Array(rows);
    this.#bytes = new Uint8Array(USUAL_ID_BYTES * rows);
    this.#view = viewOf(this.#bytes);
  }

  /** Gives `count` rows the ids of another column, starting at row `from`; `view` is of its bytes. */
  putRun(row: number, ids: IdColumn, view: DataView, from: number, count: number): void {
    const { starts, lengths, bytes } = ids;
    const last = from + count - 1;
    const start = starts[from];
    const end = starts[last] + lengths[last];
    if (count < LONG_RUN || !isUnbroken(ids, from, count)) {
      for (let i = 0; i < count; i++) {
        this.put(row + i, view, starts[from + i], starts[from + i] + lengths[from + i]);
      }
      return;
    }
    this.#makeRoom(end - start);
    this.#bytes.set(bytes.subarray(start, end), this.#used);
    this.#lengths.set(lengths.subarray(from, from + count), row);
    for (let i = 0; i < count; i++) this.#starts[row + i] = this.#used + starts[from + i] - start;
    this.#used += end - start;
  }

  /** Gives a row the id in `bytes` from `start` to `end`; null when the two are equal. */
  put(row: number, bytes: DataView, start: number, end: number): void {
    this.#starts[row] = this.#used;
    this.#lengths[row] = end - start;
    this.#makeRoom(end - start);
    copyBytes(this.#view, this.#used, bytes, start, end);
    this.#used += end - start;
  }

  /** Gives a row this id; null when it is empty. */
  putText(row: number, text: string): void {
    const bytes = viewOf(ENCODER.encode(text));
    this.put(row, bytes, 0, bytes.byteLength);
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

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#used + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

/** Whether ids lie one directly after the other; ids of null rows may lie anywhere. */
function isUnbroken({ starts, lengths }: IdColumn, from: number, count: number): boolean {
  for (let row = from; row < from + count - 1; row++) {
    if (starts[row + 1] !== starts[row] + lengths[row]) return false;
  }
  return true;
}
