import { type Batch, NULL_TIME } from "../../src/feed/records/batch.ts";

/** A row as an object, for tests only: null columns left out, times as bigint. */
export type Row = Record<string, string | number | bigint>;

export function rowsOf(batch: Batch): Row[] {
  return Array.from({ length: batch.rows }, (_, row) => {
    const entries = batch.type.columns.flatMap(({ name }, index) => {
      const value = valueAt(batch, index, row);
      return value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries);
  });
}

function valueAt({ columns }: Batch, index: number, row: number): string | number | bigint | null {
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
