import { type Batch, type ColumnData, IdBuffer, Interner, NULL_TIME, storageOf } from "../records/batch.ts";
import type { ColumnKind, RecordType } from "../records/record_type.ts";
import { daysOf, flagOf, int32Of, int64Of, nanosOf, numberOf, textOf } from "./values.ts";

/** A column under construction; the arrays are as long as the builder's capacity. */
type Column =
  | { readonly kind: "text"; readonly codes: Uint32Array; readonly interner: Interner }
  | { readonly kind: "id"; readonly ids: IdBuffer }
  | { readonly kind: "time"; readonly nanos: BigInt64Array; readonly words: Uint32Array }
  | { readonly kind: "number"; readonly values: Float64Array };

/**
 * Rows in the making, up to `capacity` rows. Row `rows` is the one being filled: it counts once `endRow()` is
 * called. The arrays are open to the scanner, which writes most rows without a call per value.
 */
export class BatchBuilder<T extends RecordType = RecordType> {
  rows = 0;
  columns: Column[];

  constructor(readonly type: T, readonly capacity: number) {
    this.columns = newColumns(type, capacity);
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  endRow(): void {
    this.rows++;
  }

  /** Makes every column of the row in the making null. */
  clearRow(): void {
    for (const column of this.columns) {
      if (column.kind === "text") column.codes[this.rows] = 0;
      else if (column.kind === "id") column.ids.clear(this.rows);
      else if (column.kind === "time") column.nanos[this.rows] = NULL_TIME;
      else column.values[this.rows] = NaN;
    }
  }

  /** Puts a JSON value into the row in the making; false when the column cannot hold such a value. */
  put(index: number, value: unknown): boolean {
    const column = this.columns[index];
    const stored = storedValue(this.type.columns[index].kind, value);
    if (stored === null) return false;
    if (column.kind === "text") column.codes[this.rows] = column.interner.code(stored as string);
    else if (column.kind === "id") column.ids.putText(this.rows, stored as string);
    else if (column.kind === "time") column.nanos[this.rows] = stored as bigint;
    else column.values[this.rows] = stored as number;
    return true;
  }

  /** Whether one of the finished rows from `first` on has a value in a column. */
  isFilled(index: number, first: number): boolean {
    const column = this.columns[index];
    for (let row = first; row < this.rows; row++) if (!isNullAt(column, row)) return true;
    return false;
  }

  /** The finished rows; the builder starts anew. */
  take(): Batch {
    const rows = this.rows;
    const columns = this.columns.map((column): ColumnData => {
      switch (column.kind) {
        case "text":
          return { kind: "text", codes: column.codes.subarray(0, rows), values: column.interner.values };
        case "id":
          return column.ids.take(rows);
        case "time":
          return { kind: "time", nanos: column.nanos.subarray(0, rows) };
        case "number":
          return { kind: "number", values: column.values.subarray(0, rows) };
      }
    });
    this.rows = 0;
    this.columns = newColumns(this.type, this.capacity);
    return { type: this.type, rows, columns };
  }
}

function isNullAt(column: Column, row: number): boolean {
  switch (column.kind) {
    case "text":
      return column.codes[row] === 0;
    case "id":
      return column.ids.isNull(row);
    case "time":
      return column.nanos[row] === NULL_TIME;
    case "number":
      return Number.isNaN(column.values[row]);
  }
}

function newColumns(type: RecordType, capacity: number): Column[] {
  return type.columns.map(({ kind }): Column => {
    switch (storageOf(kind)) {
      case "text":
        return { kind: "text", codes: new Uint32Array(capacity), interner: new Interner() };
      case "id":
        return { kind: "id", ids: new IdBuffer(capacity) };
      case "time": {
        const nanos = new BigInt64Array(capacity).fill(NULL_TIME);
        return { kind: "time", nanos, words: new Uint32Array(nanos.buffer) };
      }
      case "number":
        return { kind: "number", values: new Float64Array(capacity).fill(NaN) };
    }
  });
}

function storedValue(kind: ColumnKind, value: unknown): string | number | bigint | null {
  switch (kind) {
    case "text":
    case "id":
      return textOf(value);
    case "time":
      return nanosOf(value);
    case "double":
      return numberOf(value);
    case "int64":
      return int64Of(value);
    case "int32":
      return int32Of(value);
    case "flag":
      return flagOf(value);
    case "date":
      return daysOf(value);
    case "micros":
      throw new Error("the exchange publishes nanoseconds: microseconds are of what is derived");
  }
}
