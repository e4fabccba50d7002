import { type ColumnData, Interner, NULL_TIME, storageOf } from "./batch.ts";
import { IdBuffer } from "./id_buffer.ts";
import type { ColumnKind } from "./record_type.ts";
import { daysOf, flagOf, int32Of, int64Of, nanosOf, numberOf, textOf } from "../decode/values.ts";

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
  const { put, take } = newColumn(kind, values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isValue(value) || value === "") continue;
    if (!put(row, isTime ? value : plainOf(value, false))) onMisfit(row, value);
  }
  return take();
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

interface Column {
  /** False when the column cannot hold such a value. */
  readonly put: (row: number, value: unknown) => boolean;
  readonly take: () => ColumnData;
}

function newColumn(kind: ColumnKind, rows: number): Column {
  switch (storageOf(kind)) {
    case "text": {
      const codes = new Uint32Array(rows);
      const interner = new Interner();
      const take = (): ColumnData => ({ kind: "text", codes, values: interner.values });
      return columnOf(textualOf, (row, text) => codes[row] = interner.code(text), take);
    }
    case "id": {
      const ids = new IdBuffer(rows);
      return columnOf(textualOf, (row, text) => ids.putText(row, text), () => ids.take(rows));
    }
    case "time": {
      const nanos = new BigInt64Array(rows).fill(NULL_TIME);
      return columnOf(instantOf, (row, instant) => nanos[row] = instant, () => ({ kind: "time", nanos }));
    }
    case "number": {
      const values = new Float64Array(rows).fill(NaN);
      const take = (): ColumnData => ({ kind: "number", values });
      return columnOf(NUMBERS[kind as keyof typeof NUMBERS], (row, number) => values[row] = number, take);
    }
  }
}

function columnOf<T>(
  convert: (value: unknown) => T | null,
  store: (row: number, value: T) => void,
  take: () => ColumnData,
): Column {
  const put = (row: number, value: unknown) => {
    const stored = convert(value);
    if (stored === null) return false;
    store(row, stored);
    return true;
  };
  return { put, take };
}

/** The stored form of each kind of number. */
const NUMBERS = {
  double: numberOf,
  int64: int64Of,
  int32: int32Of,
  flag: (value: unknown) => typeof value === "boolean" ? Number(value) : flagOf(value),
  date: (value: unknown) => daysOf(String(textualOf(value)).replace(MIDNIGHT, "")),
};

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
