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
import { type ChunkReader, type OpenChunk, openChunk } from "./parquet_chunk_reader.ts";
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

/**
 * One value as often as it is needed. Half of the columns repeat one throughout: if each batch had arrays of its own
 * for them, a merge of a month's days would hold 100 MB more.
 */
class Repeated<T extends Uint32Array | BigInt64Array | Float64Array> {
  #values: T;

  constructor(readonly make: (rows: number) => T) {
    this.#values = make(0);
  }

  /** To be read only: all who took some share them. */
  take(rows: number): T {
    if (this.#values.length < rows) this.#values = this.make(rows);
    return this.#values.subarray(0, rows) as T;
  }
}

const ZEROS = new Repeated((rows) => new Uint32Array(rows));
const ONES = new Repeated((rows) => new Uint32Array(rows).fill(1));
const NULL_TIMES = new Repeated((rows) => new BigInt64Array(rows).fill(NULL_TIME));
const NULL_NUMBERS = new Repeated((rows) => new Float64Array(rows).fill(NaN));

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

/** Rows that are read at a time, of which a merge holds some of each source: twice as many take a month 10 MB more. */
const PIECE_ROWS = 2_048;

/** Reads the trades of a file that `TradesWriter` wrote, a piece at a time; holds one row group, not decoded. */
export async function* readTrades(buffer: AsyncBuffer, { file }: Footer): AsyncGenerator<Trades> {
  for (const group of file.row_groups) {
    const chunks = await Promise.all(
      COLUMNS.map((column, index) => openColumn(buffer, column, index, group)),
    );
    for (let left = Number(group.num_rows); left > 0; left -= PIECE_ROWS) {
      yield takeRows(chunks, Math.min(left, PIECE_ROWS));
    }
  }
}

/** Reads a row group by its own bytes, which must be proven: what of a file without a footer can still be read. */
export function readGroup(bytes: ArrayBuffer, rows: number): Trades {
  const reader = readerOf(bytes);
  return takeRows(COLUMNS.map(({ kind }, index) => openChunk(reader, SCHEMA_COLUMNS[index], kind)), rows);
}

/** How many rows any Parquet file claims to have; throws when the bytes are none. */
export async function countRows(buffer: AsyncBuffer): Promise<number> {
  return Number((await parquetMetadataAsync(buffer)).num_rows);
}

function takeRows(chunks: readonly OpenChunk[], rows: number): Trades {
  return { rows, columns: chunks.map((chunk) => chunk.take(rows)) };
}

function readerOf(bytes: ArrayBuffer): ChunkReader {
  return { view: new DataView(bytes), offset: 0 };
}

/** Columns that the footer's statistics tell whole, mostly the empty ones, are not read at all. */
async function openColumn(
  buffer: AsyncBuffer,
  column: TradeColumn,
  index: number,
  { num_rows, columns }: RowGroup,
): Promise<OpenChunk> {
  const chunk = columns[index].meta_data!;
  const told = columnTold(column, Number(num_rows), chunk);
  if (told !== null) return told;
  const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
  const bytes = await buffer.slice(start, start + Number(chunk.total_compressed_size));
  return openChunk(readerOf(bytes), SCHEMA_COLUMNS[index], column.kind);
}

/** A column that is null throughout, or text that is the same throughout; null when it must be read. */
function columnTold({ kind }: TradeColumn, rows: number, { statistics }: ColumnMetaData): OpenChunk | null {
  const nulls = Number(statistics?.null_count ?? -1);
  if (nulls === rows) return { rows, take: (rows) => nullColumn(storageOf(kind), rows) };
  const { min_value: value, max_value, is_min_value_exact, is_max_value_exact } = statistics ?? {};
  const constant = nulls === 0 && is_min_value_exact && is_max_value_exact && value === max_value;
  if (!constant || typeof value !== "string") return null;
  const values = [null, value];
  return { rows, take: (rows) => ({ kind: "text", codes: ONES.take(rows), values }) };
}

function nullColumn(storage: ColumnData["kind"], rows: number): ColumnData {
  switch (storage) {
    case "text":
      return { kind: "text", codes: ZEROS.take(rows), values: [null] };
    case "id":
      return new IdBuffer(rows).take(rows);
    case "time":
      return { kind: "time", nanos: NULL_TIMES.take(rows) };
    case "number":
      return { kind: "number", values: NULL_NUMBERS.take(rows) };
  }
}
