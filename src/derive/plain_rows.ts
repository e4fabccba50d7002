import { MILLIS_PER_DAY } from "../feed/calendar/dates.ts";
import { type ColumnData, NULL_TIME } from "../feed/records/batch.ts";
import type { ColumnKind } from "../feed/records/record_type.ts";
import type { RowGroup } from "../store/row_group.ts";

/** A value of a row for display: times in ISO 8601, UTC, with all their digits. */
export type PlainValue = string | number | boolean | null;

/** A row for display, by column names. */
export type PlainRow = Readonly<Record<string, PlainValue>>;

const UTF8 = new TextDecoder();
const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * The rows of a group, one after the other, with the columns of these names, by default all; no other column is read. Each
 * begins with the values of `before`.
 */
export function* plainRows(
  { type, rows, column }: RowGroup,
  names?: ReadonlySet<string>,
  before: PlainRow = {},
): Generator<PlainRow> {
  const columns = type.columns.flatMap(({ name, kind }, index) =>
    names === undefined || names.has(name) ? [{ name, at: valuesOf(kind, column(index)) }] : []
  );
  // A copy of this has all columns at once; to add them one by one takes three times as long.
  const empty = { ...before, ...Object.fromEntries(columns.map(({ name }) => [name, null])) };
  for (let row = 0; row < rows; row++) {
    const plain: Record<string, PlainValue> = { ...empty };
    for (const { name, at } of columns) plain[name] = at(row);
    yield plain;
  }
}

/** Returns the value of a row of the column. */
function valuesOf(kind: ColumnKind, column: ColumnData): (row: number) => PlainValue {
  switch (column.kind) {
    case "text":
      return (row) => column.values[column.codes[row]];
    case "id":
      return (row) => {
        const start = column.starts[row];
        const bytes = column.bytes.subarray(start, start + column.lengths[row]);
        return bytes.length === 0 ? null : UTF8.decode(bytes);
      };
    case "time": {
      const text = kind === "micros" ? (micros: bigint) => timeText(micros * 1000n) : fullTimeText;
      return (row) => column.nanos[row] === NULL_TIME ? null : text(column.nanos[row]);
    }
    case "number": {
      const plain = plainNumbers(kind);
      return (row) => Number.isNaN(column.values[row]) ? null : plain(column.values[row]);
    }
  }
}

function plainNumbers(kind: ColumnKind): (value: number) => PlainValue {
  if (kind === "flag") return (value) => value === 1;
  return kind === "date" ? dateText : (value) => value;
}

/** The date that is so many days after 1970-01-01. */
export function dateText(days: number): string {
  return new Date(days * MILLIS_PER_DAY).toISOString().slice(0, 10);
}

/** A time in nanoseconds since 1970 as ISO 8601, UTC; it has a fraction only if that is not zero. */
export function timeText(nanos: bigint): string {
  if (nanos % NANOS_PER_SECOND !== 0n) return new Temporal.Instant(nanos).toString();
  return new Date(Number(nanos / NANOS_PER_MILLI)).toISOString().replace(".000Z", "Z"); // in a third of the time
}

/** The same with all nine digits, since readers take the form of the first row for that of all. */
function fullTimeText(nanos: bigint): string {
  return new Temporal.Instant(nanos).toString({ fractionalSecondDigits: 9 });
}
