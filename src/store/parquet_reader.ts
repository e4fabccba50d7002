import {
  type AsyncBuffer,
  type ColumnMetaData,
  type FileMetaData,
  parquetMetadataAsync,
  type ParquetParsers,
  type RowGroup,
} from "hyparquet";
import { COLUMNS, type TradeColumn } from "../feed/fields.ts";
import { type ColumnData, IdBuffer, NULL_TIME, storageOf, type Trades } from "../feed/trades.ts";
import { type ChunkReader, readChunk } from "./parquet_chunk_reader.ts";
import { SCHEMA_COLUMNS } from "./parquet_schema.ts";
import { checkSeal } from "./seal.ts";

/** The library's defaults make dates of both, which end at milliseconds. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  dateFromDays: (days: number) => days,
};

/** What the footer of a Parquet file says. */
export interface Footer {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** The library's own form, by which row groups are read. */
  readonly file: FileMetaData;
}

/** Between the metadata and the end of a Parquet file: its length and the magic bytes. */
const TAIL_BYTES = 8;

/** Reads a footer; throws when the bytes are no whole Parquet file, or not one that `TradesWriter` wrote. */
export async function readFooter(buffer: AsyncBuffer): Promise<Footer> {
  if (buffer.byteLength <= TAIL_BYTES) throw new Error(`it has ${buffer.byteLength} bytes only`);
  const file = await parquetMetadataAsync(buffer, { parsers: PARSERS });
  checkSeal(new Uint8Array(await buffer.slice(buffer.byteLength - file.metadata_length - TAIL_BYTES)));
  const metadata = new Map((file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""]));
  return { rows: Number(file.num_rows), metadata, file };
}

/** Reads the trades of a file that `TradesWriter` wrote, a row group at a time. */
export async function* readTrades(buffer: AsyncBuffer, { file }: Footer): AsyncGenerator<Trades> {
  for (const group of file.row_groups) {
    const rows = Number(group.num_rows);
    const columns = COLUMNS.map((column, index) => readColumn(buffer, column, index, group));
    yield { rows, columns: await Promise.all(columns) };
  }
}

/** Reads a row group by its own bytes, which must be proven: what of a file without a footer can still be read. */
export function readGroup(bytes: ArrayBuffer, rows: number): Trades {
  const reader = readerOf(bytes);
  return { rows, columns: COLUMNS.map(({ kind }, index) => readChunk(reader, SCHEMA_COLUMNS[index], kind)) };
}

/** How many rows any Parquet file claims to have; throws when the bytes are none. */
export async function countRows(buffer: AsyncBuffer): Promise<number> {
  return Number((await parquetMetadataAsync(buffer)).num_rows);
}

function readerOf(bytes: ArrayBuffer): ChunkReader {
  return { view: new DataView(bytes), offset: 0 };
}

/** Columns that the footer's statistics tell whole, mostly the empty ones, are not read at all. */
async function readColumn(
  buffer: AsyncBuffer,
  column: TradeColumn,
  index: number,
  { num_rows, columns }: RowGroup,
): Promise<ColumnData> {
  const chunk = columns[index].meta_data!;
  const told = columnTold(column, Number(num_rows), chunk);
  if (told !== null) return told;
  const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
  const bytes = await buffer.slice(start, start + Number(chunk.total_compressed_size));
  return readChunk(readerOf(bytes), SCHEMA_COLUMNS[index], column.kind);
}

/** A column that is null throughout, or text that is the same throughout; null when it must be read. */
function columnTold({ kind }: TradeColumn, rows: number, { statistics }: ColumnMetaData): ColumnData | null {
  const nulls = Number(statistics?.null_count ?? -1);
  if (nulls === rows) return nullColumn(storageOf(kind), rows);
  const { min_value: value, max_value, is_min_value_exact, is_max_value_exact } = statistics ?? {};
  const constant = nulls === 0 && is_min_value_exact && is_max_value_exact && value === max_value;
  if (!constant || typeof value !== "string") return null;
  return { kind: "text", codes: new Uint32Array(rows).fill(1), values: [null, value] };
}

function nullColumn(storage: ColumnData["kind"], rows: number): ColumnData {
  switch (storage) {
    case "text":
      return { kind: "text", codes: new Uint32Array(rows), values: [null] };
    case "id":
      return new IdBuffer(rows).take(rows);
    case "time":
      return { kind: "time", nanos: new BigInt64Array(rows).fill(NULL_TIME) };
    case "number":
      return { kind: "number", values: new Float64Array(rows).fill(NaN) };
  }
}
