import type { ColumnData } from "./batch.ts";
import type { ColumnKind } from "./record_type.ts";
import { newColumn, putInto, storedValue, taken } from "../decode/own_column.ts";
import { daysOf, nanosOf, textOf } from "../decode/values.ts";

/** A value as another program stored it: an instant is nanoseconds since 1970 UTC as a bigint, like any integer. */
export type ForeignValue = unknown;

/**
 * A column of this kind with values that another program stored, one per row; `isTime` says whether they are instants.
 * `onMisfit` receives each value that the column cannot hold, with its row; the row is null then.
 */
export function columnOfForeign(
  kind: ColumnKind,
  values: ArrayLike<ForeignValue>,
  isTime: boolean,
  onMisfit: (row: number, value: ForeignValue) => void,
): ColumnData {
  const column = newColumn(kind, values.length, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isValue(value) || value === "") continue;
    const stored = storedForeign(kind, isTime ? value : plainOf(value, false));
    if (stored === null) onMisfit(row, value);
    else putInto(column, row, stored);
  }
  return taken(column, values.length);
}

/** Whether there is a value: pandas writes NaN for a missing one. */
export function isValue(value: ForeignValue): boolean {
  return value !== null && value !== undefined && !Number.isNaN(value);
}

/** A value as JSON with all its digits; an instant becomes ISO 8601. */
export function plainOf(value: ForeignValue, isTime: boolean): unknown {
  switch (typeof value) {
    case "bigint":
      if (isTime) return new Temporal.Instant(value).toString();
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      if (value === null) return null;
      if (value instanceof Uint8Array) return value.toHex();
      if (Array.isArray(value)) return value.map((item) => plainOf(item, false));
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item, false)]));
    default:
      return value;
  }
}

/** What a column of this kind stores for a value of another program; null when it cannot hold it. */
function storedForeign(kind: ColumnKind, value: unknown): ReturnType<typeof storedValue> {
  switch (kind) {
    case "text":
    case "id":
      return textualOf(value);
    case "time":
      return instantOf(value);
    case "date":
      return daysOf(String(textualOf(value)).replace(MIDNIGHT, ""));
    default:
      return typeof value === "boolean" && kind === "flag" ? Number(value) : storedValue(kind, value);
  }
}

/** How pandas writes a date that it treats as an instant. */
const MIDNIGHT = /[T ]00:00:00(?:\.0+)?Z?$/;

function textualOf(value: unknown): string | null {
  return textOf(typeof value === "bigint" ? plainOf(value, true) : value);
}

/** An instant; one without a zone is UTC, as in all files of the predecessor. */
function instantOf(value: unknown): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "string" ? nanosOf(value) ?? nanosOf(`${value}Z`) : null;
}
