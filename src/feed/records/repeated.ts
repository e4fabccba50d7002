import { NULL_TIME, type NumberColumn, type TextColumn, type TimeColumn } from "./batch.ts";

/**
 * One value, repeated as often as needed. Half of the columns have the same value in all rows: if each batch had its
 * own arrays for them, merging the days of a month would take 100 MB more.
 */
class Repeated<T extends Uint32Array | BigInt64Array | Float64Array> {
  #values: T;

  constructor(readonly make: (rows: number) => T) {
    this.#values = make(0);
  }

  /** The result must only be read, since it is shared. */
  take(rows: number): T {
    if (this.#values.length < rows) this.#values = this.make(rows);
    return this.#values.subarray(0, rows) as T;
  }
}

const ZEROS = new Repeated((rows) => new Uint32Array(rows));
const ONES = new Repeated((rows) => new Uint32Array(rows).fill(1));
const NULL_TIMES = new Repeated((rows) => new BigInt64Array(rows).fill(NULL_TIME));
const NULL_NUMBERS = new Repeated((rows) => new Float64Array(rows).fill(NaN));

/** A text column that is null in all rows. */
export function nullText(rows: number): TextColumn {
  return { kind: "text", codes: ZEROS.take(rows), values: [null], isUniform: true };
}

/** A text column with the same value in all rows. */
export function uniformText(value: string | null, rows: number): TextColumn {
  if (value === null) return nullText(rows);
  return { kind: "text", codes: ONES.take(rows), values: [null, value], isUniform: true };
}

/** Times that are null in all rows. */
export function nullTimes(rows: number): TimeColumn {
  return { kind: "time", nanos: NULL_TIMES.take(rows) };
}

/** Numbers that are null in all rows. */
export function nullNumbers(rows: number): NumberColumn {
  return { kind: "number", values: NULL_NUMBERS.take(rows), isUniform: true };
}
