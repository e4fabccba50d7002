import { COLUMNS } from "../../src/feed/records/fields.ts";
import { NULL_TIME, type Trades } from "../../src/feed/records/trades.ts";

/** A trade as an object, for tests only: null columns left out, times as bigint. */
export type Row = Record<string, string | number | bigint>;

export function rowsOf(trades: Trades): Row[] {
  return Array.from({ length: trades.rows }, (_, row) => {
    const entries = COLUMNS.flatMap(({ name }, index) => {
      const value = valueAt(trades, index, row);
      return value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries);
  });
}

function valueAt({ columns }: Trades, index: number, row: number): string | number | bigint | null {
  const column = columns[index];
  switch (column.kind) {
    case "text":
      return column.values[column.codes[row]];
    case "id":
      return column.lengths[row] === 0 ? null : new TextDecoder().decode(
        column.bytes.subarray(column.starts[row], column.starts[row] + column.lengths[row]),
      );
    case "time":
      return column.nanos[row] === NULL_TIME ? null : column.nanos[row];
    case "number":
      return Number.isNaN(column.values[row]) ? null : column.values[row];
  }
}
