import type { RowGroup, SchemaElement } from "hyparquet";
import type { ColumnKind, RecordType } from "../../feed/records/record_type.ts";

/**
 * Rows per row group: readers of one instrument skip other groups, and a merge holds one group of each source. Measured
 * on a day of 440,000 trades: smaller groups make the file larger, larger ones take memory.
 */
export const ROW_GROUP_ROWS = 32_768;

/** The same for a month, which is read by instrument; there an instrument has more rows. */
export const MONTH_ROW_GROUP_ROWS = 65_536;

const PHYSICAL: Record<ColumnKind, Partial<SchemaElement>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  id: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  // Not adjusted to UTC: DuckDB cuts adjusted ones to microseconds.
  time: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "NANOS" } },
  micros: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
  double: { type: "DOUBLE" },
  int64: { type: "INT64" },
  int32: { type: "INT32" },
  int16: { type: "INT32", converted_type: "INT_16" },
  flag: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
};

type SortingColumn = NonNullable<RowGroup["sorting_columns"]>[number];

/** A record type as Parquet knows it. */
export interface Schema {
  readonly root: SchemaElement;
  /** In the order of the type's columns. */
  readonly columns: readonly SchemaElement[];
  /** The columns by which rows are sorted first; readers may rely on it. */
  readonly sorting: SortingColumn[];
}

const SCHEMAS = new WeakMap<RecordType, Schema>();

/** The schema of a record type, created once per type. */
export function schemaOf(type: RecordType): Schema {
  return SCHEMAS.getOrInsertComputed(type, newSchema);
}

function newSchema({ name, columns, order }: RecordType): Schema {
  return {
    root: { name, num_children: columns.length },
    columns: columns.map(({ name, kind, required }) => ({
      name,
      repetition_type: required ? "REQUIRED" : "OPTIONAL",
      ...PHYSICAL[kind],
    })),
    sorting: order.map((column_idx) => ({ column_idx, descending: false, nulls_first: false })),
  };
}
