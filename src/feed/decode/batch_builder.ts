import {
  type Batch,
  type ColumnData,
  type Interner,
  type NumberColumn,
  storageOf,
} from "../records/batch.ts";
import type { IdBuffer } from "../records/id_buffer.ts";
import { nullNumbers, nullText } from "../records/repeated.ts";
import type { ColumnKind, PublishedType, RecordType } from "../records/record_type.ts";
import { FEW, type Fewness, isLikelyShared, type Profile, Profiles } from "./profiles.ts";
import {
  clearAt,
  clearRange,
  isNullAt,
  newColumn,
  type OwnColumn,
  putInto,
  storedValue,
  taken,
} from "./own_column.ts";

/**
 * Rows that are set to null at a time before they are filled; most batches do not use all the rows they have room for.
 */
const CLEAN_ROWS = 8_192;

/**
 * Rows under construction, up to `capacity`. Row `rows` is the one being filled; it counts once `endRow()` is called.
 * The arrays are accessible to the scanner, which writes most rows without a call per value. Columns with few values
 * are shared: a row has one code for all of them. Other columns get an array of their own when their first value comes.
 */
export class BatchBuilder<T extends RecordType = RecordType> {
  rows = 0;
  /** Changes whenever earlier arrays and codes no longer belong to the rows under construction. */
  generation = 0;
  /**
   * For each column, whether it is shared. Replaced by a new array when a column stops being shared, which is final.
   */
  isShared: readonly boolean[];
  #profiles: Profiles;
  /** The columns that are not shared and have a value in some row. */
  #columns: (OwnColumn | undefined)[];
  /** All rows before this one are null wherever no value has been put. */
  #clean = 0;
  /** The shared columns' values in the row under construction, as far as they came through `put`. */
  #pending: (string | number)[] = [];
  /** All values that each shared column has had so far. */
  readonly #values: Set<string | number>[];

  /** `few` is the number of values that a shared column may have; only tests set it. */
  constructor(readonly type: T, readonly capacity: number, readonly few: Fewness = FEW) {
    this.isShared = type.columns.map((_, index) => isLikelyShared(type, index));
    this.#values = type.columns.map(() => new Set());
    this.#columns = new Array(type.columns.length);
    this.#profiles = new Profiles(capacity, few);
    this.#cleanMore();
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  endRow(): void {
    if (this.#pending.length > 0) this.#endProfile();
    if (++this.rows === this.#clean) this.#cleanMore();
  }

  /** The shared columns' values in the row under construction, if it was filled by `put`. */
  get profile(): Profile {
    return this.#pending;
  }

  /** Whether the row under construction has a value in a column that is not shared. */
  has(index: number): boolean {
    const column = this.#columns[index];
    return column !== undefined && !isNullAt(column, this.rows);
  }

  /** The code of a profile for the rows of this generation. */
  profileCode(profile: Profile): number {
    return this.#profiles.code(profile);
  }

  /** The code of each row's profile. */
  get profileCodes(): Uint32Array {
    return this.#profiles.codes;
  }

  /** The codes of a text column that is not shared. */
  codes(index: number): Uint32Array {
    return (this.#own(index) as { codes: Uint32Array }).codes;
  }

  ids(index: number): IdBuffer {
    return (this.#own(index) as { ids: IdBuffer }).ids;
  }

  /** The times of a column as words of 32 bits, low word first. */
  words(index: number): Uint32Array {
    return (this.#own(index) as { words: Uint32Array }).words;
  }

  /** The values of a number column that is not shared. */
  numbers(index: number): Float64Array {
    return (this.#own(index) as { values: Float64Array }).values;
  }

  /** The code of a text in a column that is not shared. */
  textCode(index: number, text: string): number {
    return (this.#own(index) as { interner: Interner }).interner.code(text);
  }

  /** Sets this many rows to null, from the one under construction on; there must be room for them. */
  prepareRows(rows: number): void {
    while (this.rows + rows >= this.#clean && this.#clean < this.capacity) this.#cleanMore();
  }

  /** Ends prepared rows, whose values and profile codes have been written into the arrays. */
  endRows(rows: number): void {
    this.rows += rows;
  }

  /** Sets every column of the row under construction to null. */
  clearRow(): void {
    this.#pending = [];
    this.#profiles.codes[this.rows] = 0;
    for (const column of this.#columns) if (column !== undefined) clearAt(column, this.rows);
  }

  /** Puts a JSON value into the row under construction; false when the column cannot hold such a value. */
  put(index: number, value: unknown): boolean {
    const stored = storedValue(this.type.columns[index].kind, value);
    if (stored === null) return false;
    if (this.isShared[index]) this.#noteValue(index, stored as string | number);
    if (this.isShared[index]) this.#pending[index] = stored as string | number;
    else putInto(this.#own(index), this.rows, stored);
    return true;
  }

  /** Gives the shared column with the most values an array of its own; false when there is no such column left. */
  separateWidest(): boolean {
    let widest = -1;
    for (const [index, { size }] of this.#values.entries()) {
      if (size > 1 && this.#maySeparate(index) && !(size <= this.#values[widest]?.size)) widest = index;
    }
    if (widest >= 0) this.#separate(widest);
    return widest >= 0;
  }

  /** Whether one of the finished rows from `first` on has a value in a column. */
  isFilled(index: number, first: number): boolean {
    if (this.isShared[index]) {
      const values = this.#profiles.valuesOf(index);
      return this.#profiles.codes.subarray(first, this.rows).some((code) => values[code] !== null);
    }
    const column = this.#columns[index];
    if (column === undefined) return false;
    for (let row = first; row < this.rows; row++) if (!isNullAt(column, row)) return true;
    return false;
  }

  /** Returns the finished rows; the builder starts again. */
  take(): Batch {
    const { type, rows } = this;
    const columns = type.columns.map(({ kind }, index) =>
      this.isShared[index] ? this.#takeShared(kind, index) : this.#takeOwn(kind, index)
    );
    this.rows = this.#clean = 0;
    this.generation++;
    this.#columns = new Array(type.columns.length);
    this.#profiles = new Profiles(this.capacity, this.few);
    this.#cleanMore();
    return { type, rows, columns };
  }

  #own(index: number): OwnColumn {
    return this.#columns[index] ??= newColumn(this.type.columns[index].kind, this.capacity, this.#clean);
  }

  #cleanMore(): void {
    const from = this.#clean;
    this.#clean = Math.min(this.capacity, from + CLEAN_ROWS);
    for (const column of this.#columns) if (column !== undefined) clearRange(column, from, this.#clean);
  }

  #endProfile(): void {
    this.#profiles.codes[this.rows] = this.#profiles.code(this.#pending);
    this.#pending = [];
    if (this.#profiles.areTooMany()) this.separateWidest();
  }

  #noteValue(index: number, value: string | number): void {
    const values = this.#values[index].add(value);
    if (values.size > this.few.values && this.#maySeparate(index)) this.#separate(index);
  }

  /** The era is derived from a row's keys and is not part of its bytes, so it must stay shared. */
  #maySeparate(index: number): boolean {
    return this.isShared[index] && index !== (this.type as Partial<PublishedType>).era;
  }

  /** Gives a shared column an array of its own, filled with its values in the rows so far. */
  #separate(index: number): void {
    this.isShared = this.isShared.with(index, false);
    this.generation++;
    const column = this.#own(index);
    const [values, { codes }] = [this.#profiles.valuesOf(index), this.#profiles];
    const end = Math.min(this.rows + 1, this.capacity);
    for (let row = 0; row < end; row++) {
      const value = values[codes[row]];
      if (value !== null) putInto(column, row, value);
    }
    const pending = this.#pending[index];
    if (pending !== undefined) putInto(column, this.rows, pending);
    delete this.#pending[index];
  }

  #takeShared(kind: ColumnKind, index: number): ColumnData {
    const codes = this.#profiles.codes.subarray(0, this.rows);
    const values = this.#profiles.valuesOf(index);
    const isNull = values.every((value) => value === null);
    if (storageOf(kind) === "text") {
      return isNull ? nullText(this.rows) : { kind: "text", codes, values: values as (string | null)[] };
    }
    return isNull ? nullNumbers(this.rows) : spreadOut(codes, values as (number | null)[]);
  }

  #takeOwn(kind: ColumnKind, index: number): ColumnData {
    const { rows } = this;
    const column = this.#columns[index];
    if (column === undefined) {
      if (storageOf(kind) === "text") return nullText(rows);
      if (storageOf(kind) === "number") return nullNumbers(rows);
    }
    return taken(column ?? newColumn(kind, rows, rows), rows);
  }
}

function spreadOut(codes: Uint32Array, valueOf: readonly (number | null)[]): NumberColumn {
  const known = Float64Array.from(valueOf, (value) => value ?? NaN);
  const values = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) values[row] = known[codes[row]];
  return { kind: "number", values };
}
