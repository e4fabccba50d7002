import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { columnIndex, type ColumnKind, COLUMNS } from "../../feed/records/fields.ts";

/**
 * Rows of a row group: readers of one instrument skip the others, and a merge holds one group of each source.
 * Measured on a day of 440,000 trades: smaller groups cost size, larger ones memory.
 */
export const ROW_GROUP_ROWS = 32_768;

/** The same of a month, which is read by instrument: one has the more rows there. */
export const MONTH_ROW_GROUP_ROWS = 65_536;

const PHYSICAL: Record<ColumnKind, Partial<SchemaElement>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  id: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  // Not adjusted to UTC: DuckDB cuts adjusted ones to microseconds.
  time: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "NANOS" } },
  double: { type: "DOUBLE" },
  int64: { type: "INT64" },
  int32: { type: "INT32" },
  flag: { type: "BOOLEAN" },
  date: { type: "INT32", converted_type: "DATE" },
};

/** The root of the schema. */
export const SCHEMA_ROOT: SchemaElement = { name: "trades", num_children: COLUMNS.length };

/** The columns as Parquet knows them, in the order of `COLUMNS`. */
export const SCHEMA_COLUMNS: readonly SchemaElement[] = COLUMNS.map(({ name, kind, required }) => ({
  name,
  repetition_type: required ? "REQUIRED" : "OPTIONAL",
  ...PHYSICAL[kind],
}));

/** Rows are sorted by isin and trading time before all else; readers may rely on it. */
export const SORTING = ["isin", "trading_date_time"].map((name) => ({
  column_idx: columnIndex(name),
  descending: false,
  nulls_first: false,
}));

/** Node wants at least so many bytes in a piece of output. */
const LEAST_PIECE = 64;

/**
 * Level 1: on this data smaller than level 3, and faster. All output in one piece, as below: of pieces of 16 KB, which
 * are put together in the end, there would be 10 MB a row group to collect.
 */
export function compress(bytes: Uint8Array): Uint8Array {
  const chunkSize = Math.max(LEAST_PIECE, bytes.length + 1);
  return zstdCompressSync(bytes, { chunkSize, params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

/** Unpacks what has so many bytes then. */
export function decompress(bytes: Uint8Array, size: number): Uint8Array {
  return zstdDecompressSync(bytes, { chunkSize: Math.max(LEAST_PIECE, size + 1) });
}
