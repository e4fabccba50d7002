import {
  type AsyncBuffer,
  type ColumnMetaData,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  type ParquetParsers,
  parquetRead,
  type RowGroup,
} from "hyparquet";
import { COLUMNS, type TradeColumn } from "../feed/fields.ts";
import { type ColumnData, Interner, NULL_TIME, storageOf, type Trades } from "../feed/trades.ts";
import { decompress } from "./parquet_schema.ts";
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
  let start = 0;
  for (const group of file.row_groups) {
    const rows = Number(group.num_rows);
    yield { rows, columns: await readGroup(buffer, file, group, start) };
    start += rows;
  }
}

/** Columns that the footer's statistics tell whole, mostly the empty ones, are not read at all. */
async function readGroup(
  buffer: AsyncBuffer,
  file: FileMetaData,
  group: RowGroup,
  start: number,
): Promise<ColumnData[]> {
  const rows = Number(group.num_rows);
  const told = COLUMNS.map((column, index) => columnTold(column, rows, group.columns[index].meta_data!));
  const parts = new Map<string, DecodedArray[]>();
  await parquetRead({
    file: buffer,
    metadata: file,
    columns: COLUMNS.filter((_column, index) => told[index] === null).map(({ name }) => name),
    rowStart: start,
    rowEnd: start + rows,
    compressors: { ZSTD: decompress },
    parsers: PARSERS,
    onChunk: ({ columnName, columnData }) => {
      parts.set(columnName, [...(parts.get(columnName) ?? []), columnData]);
    },
  });
  return COLUMNS.map((column, index) => told[index] ?? columnOf(column, rows, parts.get(column.name) ?? []));
}

/** A column that is null throughout, or text that is the same throughout; null when it must be read. */
function columnTold({ kind }: TradeColumn, rows: number, { statistics }: ColumnMetaData): ColumnData | null {
  const nulls = Number(statistics?.null_count ?? -1);
  if (nulls === rows) {
    return constantColumn(kind === "text" || kind === "id" ? "text" : storageOf(kind), rows, null);
  }
  const { min_value: value, max_value, is_min_value_exact, is_max_value_exact } = statistics ?? {};
  const constant = nulls === 0 && is_min_value_exact && is_max_value_exact && value === max_value;
  return constant && typeof value === "string" ? constantColumn("text", rows, value) : null;
}

function constantColumn(storage: ColumnData["kind"], rows: number, value: string | null): ColumnData {
  switch (storage) {
    case "text":
      return {
        kind: "text",
        codes: new Uint32Array(rows).fill(value === null ? 0 : 1),
        values: [null, value],
      };
    case "time":
      return { kind: "time", nanos: new BigInt64Array(rows).fill(NULL_TIME) };
    case "number":
      return { kind: "number", values: new Float64Array(rows).fill(NaN) };
  }
}

function columnOf({ name, kind }: TradeColumn, rows: number, parts: DecodedArray[]): ColumnData {
  const values = parts.length === 1 ? parts[0] : parts.flatMap((part) => Array.from(part));
  if (values.length !== rows) throw new Error(`column ${name} has ${values.length} values for ${rows} rows`);
  switch (storageOf(kind)) {
    case "text":
      return textColumn(values as ArrayLike<string | null>, kind === "text");
    case "time":
      return {
        kind: "time",
        nanos: BigInt64Array.from(values as (bigint | null)[], (nanos) => nanos ?? NULL_TIME),
      };
    case "number":
      return {
        kind: "number",
        values: Float64Array.from(values, (value) => value === null ? NaN : Number(value)),
      };
  }
}

function textColumn(strings: ArrayLike<string | null>, shared: boolean): ColumnData {
  const interner = new Interner(shared);
  const codes = new Uint32Array(strings.length);
  let last: string | null = null;
  let code = 0;
  for (let i = 0; i < strings.length; i++) {
    const value = strings[i];
    // Sorted rows mostly repeat the value before.
    if (!shared || value !== last) code = value === null || value === undefined ? 0 : interner.code(value);
    codes[i] = code;
    last = value;
  }
  return { kind: "text", codes, values: interner.values };
}
