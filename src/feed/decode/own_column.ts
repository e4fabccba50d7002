import { type ColumnData, Interner, NULL_TIME, storageOf } from "../records/batch.ts";
import { IdBuffer } from "../records/id_buffer.ts";
import type { ColumnKind } from "../records/record_type.ts";
import { daysOf, flagOf, int32Of, int64Of, nanosOf, numberOf, textOf } from "./values.ts";

/** A column under construction that has its own values; its arrays are as long as the builder's capacity. */
export type OwnColumn =
  | { readonly kind: "text"; readonly codes: Uint32Array; readonly interner: Interner }
  | { readonly kind: "id"; readonly ids: IdBuffer }
  | { readonly kind: "time"; readonly nanos: BigInt64Array; readonly words: Uint32Array }
  | { readonly kind: "number"; readonly values: Float64Array };

/** A column whose rows before `clean` are null; the content of later rows is undefined. */
export function newColumn(kind: ColumnKind, capacity: number, clean: number): OwnColumn {
  const column = emptyColumn(kind, capacity);
  clearRange(column, 0, clean);
  return column;
}

function emptyColumn(kind: ColumnKind, capacity: number): OwnColumn {
  switch (storageOf(kind)) {
    case "text":
      return { kind: "text", codes: new Uint32Array(capacity), interner: new Interner() };
    case "id":
      return { kind: "id", ids: new IdBuffer(capacity) };
    case "time": {
      const nanos = new BigInt64Array(capacity);
      return { kind: "time", nanos, words: new Uint32Array(nanos.buffer) };
    }
    case "number":
      return { kind: "number", values: new Float64Array(capacity) };
  }
}

/** Sets rows to null that have never been filled; texts and ids are null from the start. */
export function clearRange(column: OwnColumn, from: number, to: number): void {
  if (column.kind === "time") column.nanos.fill(NULL_TIME, from, to);
  else if (column.kind === "number") column.values.fill(NaN, from, to);
}

/** Sets a row to null. */
export function clearAt(column: OwnColumn, row: number): void {
  if (column.kind === "text") column.codes[row] = 0;
  else if (column.kind === "id") column.ids.clear(row);
  else if (column.kind === "time") column.nanos[row] = NULL_TIME;
  else column.values[row] = NaN;
}

export function isNullAt(column: OwnColumn, row: number): boolean {
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

/** Gives a row a value as returned by `storedValue`. */
export function putInto(column: OwnColumn, row: number, stored: string | number | bigint): void {
  if (column.kind === "text") column.codes[row] = column.interner.code(stored as string);
  else if (column.kind === "id") column.ids.putText(row, stored as string);
  else if (column.kind === "time") column.nanos[row] = stored as bigint;
  else column.values[row] = stored as number;
}

/** The first rows of a finished column. */
export function taken(column: OwnColumn, rows: number): ColumnData {
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
}

/** What a column of this kind stores for a JSON value; null when it cannot hold it. */
export function storedValue(kind: ColumnKind, value: unknown): string | number | bigint | null {
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
    case "int16":
      throw new Error(
        "the exchange publishes nanoseconds: microseconds and what is left are of what is derived",
      );
  }
}
