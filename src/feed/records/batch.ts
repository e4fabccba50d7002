import type { ColumnKind, RecordType } from "./record_type.ts";

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
 * mean null. Each begins at a multiple of four bytes, so that it can be copied and compared by words. As JavaScript
 * strings they would take 50 MB and a tenth of the time more for a day, measured.
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
