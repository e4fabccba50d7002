import type { ByteWriter } from "hyparquet-writer";
import type { ColumnData } from "../../feed/records/batch.ts";
import type { Column } from "../../feed/records/record_type.ts";
import { type Chunk, chunkOf } from "./encode_column.ts";
import { plainChunkOf } from "./encode_plainly.ts";
import { type Page, writeDataPage, writeFirstDataPage } from "./data_page.ts";

/** How the columns of a file are encoded. */
export interface ColumnForm {
  readonly encode: (column: Column, data: ColumnData) => Chunk;
  /** Writes the one data page of a column, with levels unless it is required; returns its size before compression. */
  readonly writePage: (writer: ByteWriter, page: Page, required: boolean) => number;
}

/** In as few bytes as we can: what this program reads itself, and what DuckDB, Arrow, Polars and Spark read. */
export const COMPACT: ColumnForm = { encode: chunkOf, writePage: writeDataPage };

/**
 * As Parquet was in the beginning: plain values or a dictionary, in data pages of version 1. All engines read it, those
 * included whose fast readers know no differences between rows and no flags in runs, as Iceberg's for Spark.
 */
export const COMMON: ColumnForm = { encode: plainChunkOf, writePage: writeFirstDataPage };
