import { type Batch, type ColumnData, NULL_TIME } from "../feed/records/batch.ts";
import type { ColumnKind } from "../feed/records/record_type.ts";

/** A row for display, by column names: times in ISO 8601, UTC, with all their digits. */
export type PlainRow = Readonly<Record<string, string | number | boolean | null>>;

const UTF8 = new TextDecoder();
const MILLIS_PER_DAY = 86_400_000;

/** The rows of a batch, one after the other. */
export function* plainRows({ type, rows, columns }: Batch): Generator<PlainRow> {
  for (let row = 0; row < rows; row++) {
    yield Object.fromEntries(
      type.columns.map(({ name, kind }, index) => [name, plainValue(kind, columns[index], row)]),
    );
  }
}

function plainValue(kind: ColumnKind, column: ColumnData, row: number): PlainRow[string] {
  switch (column.kind) {
    case "text":
      return column.values[column.codes[row]];
    case "id": {
      const start = column.starts[row];
      const bytes = column.bytes.subarray(start, start + column.lengths[row]);
      return bytes.length === 0 ? null : UTF8.decode(bytes);
    }
    case "time":
      if (column.nanos[row] === NULL_TIME) return null;
      return kind === "micros" ? timeText(column.nanos[row] * 1000n) : fullTimeText(column.nanos[row]);
    case "number":
      return Number.isNaN(column.values[row]) ? null : plainNumber(kind, column.values[row]);
  }
}

function plainNumber(kind: ColumnKind, value: number): PlainRow[string] {
  if (kind === "flag") return value === 1;
  return kind === "date" ? dateText(value) : value;
}

/** The date that is so many days after 1970-01-01. */
export function dateText(days: number): string {
  return new Date(days * MILLIS_PER_DAY).toISOString().slice(0, 10);
}

/** A time in nanoseconds since 1970 as ISO 8601, UTC; it has a fraction only if that is not zero. */
export function timeText(nanos: bigint): string {
  return new Temporal.Instant(nanos).toString();
}

/** The same with all nine digits, since readers take the form of the first row for that of all. */
function fullTimeText(nanos: bigint): string {
  return new Temporal.Instant(nanos).toString({ fractionalSecondDigits: 9 });
}
