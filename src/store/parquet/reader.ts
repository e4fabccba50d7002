import {
  type AsyncBuffer,
  type ColumnMetaData,
  parquetMetadataAsync,
  type ParquetParsers,
  type RowGroup,
} from "hyparquet";
import { isNotAsWritten, NotAsWritten, unproven } from "../damage.ts";
import { type Batch, type ColumnData, storageOf } from "../../feed/records/batch.ts";
import { IdBuffer } from "../../feed/records/id_buffer.ts";
import { nullNumbers, nullTimes, uniformText } from "../../feed/records/repeated.ts";
import type { ColumnKind, RecordType } from "../../feed/records/record_type.ts";
import { type ChunkReader, countChunks, type OpenChunk, openChunk } from "./chunk_reader.ts";
import { schemaOf } from "./schema.ts";
import { checkFooter, isAsWritten } from "./footer_checksum.ts";
import { factsIn } from "./footer_facts.ts";

/** Keeps times as they are: the library would convert them to Dates, which have only milliseconds. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  timestampFromMicroseconds: (micros: bigint) => micros,
  dateFromDays: (days: number) => days,
};

/** What the footer of a Parquet file says of the file as a whole. */
export interface FooterFacts {
  /** What its rows are. */
  readonly type: RecordType;
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** Whether version 0.1.0 wrote it; its rows may be in another order: see `inPresentOrder`. */
  readonly isOfFirstVersion: boolean;
}

/** All that the footer of a Parquet file says. */
export interface Footer extends FooterFacts {
  /** The number of bytes before the footer. */
  readonly start: number;
  readonly groups: readonly GroupPlace[];
}

/**
 * What is needed to read a row group. The library's own form takes 10 KB for each, and the days of a month have 300.
 */
export interface GroupPlace {
  readonly rows: number;
  /** The first and the last text by which its rows are sorted; null when the footer does not have them. */
  readonly bounds: readonly [first: string, last: string] | null;
  /** One for each of the type's columns. */
  readonly chunks: readonly ChunkPlace[];
}

/** Where a column of a row group lies; or the only value it has, according to the footer's statistics. */
export type ChunkPlace = { readonly start: number; readonly bytes: number } | {
  readonly value: string | null;
};
const ABSENT: ChunkPlace = { value: null };

/** After the metadata a Parquet file ends with their length and the magic bytes. */
const TAIL_BYTES = 8;

/**
 * Reads what a footer says of the file as a whole, in a tenth of the time of `readFooter`: the places of a real day's
 * chunks fill 75 KB. A footer that does not look like one of this program's is passed to `readFooter`, which throws the
 * right error.
 */
export async function readFooterFacts(buffer: AsyncBuffer, type: RecordType): Promise<FooterFacts> {
  return await checkedFacts(buffer, type) ?? await readFooter(buffer, type);
}

/** Null when the footer does not match its checksum, or contains something unexpected. */
async function checkedFacts(buffer: AsyncBuffer, type: RecordType): Promise<FooterFacts | null> {
  const tail = buffer.byteLength - TAIL_BYTES;
  if (tail <= 0) return null;
  const start = tail - new DataView(await buffer.slice(tail)).getUint32(0, true);
  if (start < 0) return null;
  const footer = new Uint8Array(await buffer.slice(start));
  const facts = isAsWritten(footer) ? factsIn(footer.subarray(0, -TAIL_BYTES)) : null;
  if (!facts?.columns.every((name) => type.columnOfName.has(name))) return null;
  const { rows, metadata, columns } = facts;
  return { type, rows, metadata, isOfFirstVersion: isOfFirstVersion(columns, type) };
}

/**
 * Reads a footer; throws `NotAsWritten` when the bytes are not a complete Parquet file that `BatchWriter` wrote with
 * this type.
 */
export async function readFooter(buffer: AsyncBuffer, type: RecordType): Promise<Footer> {
  if (buffer.byteLength <= TAIL_BYTES) throw new NotAsWritten(`it has ${buffer.byteLength} bytes`);
  const file = await unproven(() => parquetMetadataAsync(buffer, { parsers: PARSERS }));
  const start = buffer.byteLength - file.metadata_length - TAIL_BYTES;
  checkFooter(new Uint8Array(await buffer.slice(start)));
  const metadata = new Map((file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""]));
  const names = file.schema.slice(1).map(({ name }) => name);
  const places = placesOf(names, type);
  return {
    type,
    rows: Number(file.num_rows),
    metadata,
    start,
    groups: file.row_groups.map((group) => groupPlace(group, places, type)),
    isOfFirstVersion: isOfFirstVersion(names, type),
  };
}

function isOfFirstVersion(columns: readonly string[], { earlier }: RecordType): boolean {
  return columns.length === earlier?.columns.length;
}

/** The position of each column of the type in a file; -1 if an earlier version did not know the column. */
function placesOf(names: readonly string[], { columns, columnOfName }: RecordType): number[] {
  const unknown = names.find((name) => !columnOfName.has(name));
  if (unknown !== undefined) {
    throw new NotAsWritten(`it has a column ${unknown}, which this version of xetra-parqed does not know`);
  }
  return columns.map(({ name }) => names.indexOf(name));
}

function groupPlace(
  { num_rows, columns }: RowGroup,
  places: readonly number[],
  { required }: RecordType,
): GroupPlace {
  const rows = Number(num_rows);
  const chunks = places.map((place) => place < 0 ? ABSENT : chunkPlace(rows, columns[place].meta_data!));
  return { rows, bounds: boundsIn(columns[places[required]].meta_data!), chunks };
}

function boundsIn({ statistics }: ColumnMetaData): GroupPlace["bounds"] {
  const { min_value: first, max_value: last } = statistics ?? {};
  return typeof first === "string" && typeof last === "string" ? [first, last] : null;
}

/** A column with only one value, or none, is known from the statistics and need not be read. */
function chunkPlace(rows: number, chunk: ColumnMetaData): ChunkPlace {
  const { null_count, min_value: value, max_value, is_min_value_exact, is_max_value_exact } =
    chunk.statistics ?? {};
  const nulls = Number(null_count ?? -1);
  if (nulls === rows) return { value: null };
  const constant = nulls === 0 && is_min_value_exact && is_max_value_exact && value === max_value;
  if (constant && typeof value === "string") return { value };
  const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
  return { start, bytes: Number(chunk.total_compressed_size) };
}

/** Whether no row of the group has a value in the column. */
export function isNull(place: ChunkPlace): boolean {
  return "value" in place && place.value === null;
}

/**
 * Rows that are read at a time; a merge holds one such piece of each source. Twice as many would take 10 MB more for a
 * month.
 */
const PIECE_ROWS = 2_048;

/** Reads the rows of a file that `BatchWriter` wrote, in pieces; holds one row group, not decoded. */
export async function* readBatches(buffer: AsyncBuffer, { type, groups }: Footer): AsyncGenerator<Batch> {
  for (const { rows, chunks: places } of groups) {
    const chunks = await Promise.all(places.map((place, index) => openPlace(buffer, place, type, index)));
    for (let left = rows; left > 0; left -= PIECE_ROWS) {
      yield takeRows(type, chunks, Math.min(left, PIECE_ROWS));
    }
  }
}

/**
 * Reads a row group from its own bytes, which must match their checksum: this works for a file without a readable
 * footer.
 */
export function readGroup(bytes: ArrayBuffer, rows: number, type: RecordType): Batch {
  const { columns, earlier } = type;
  const present = countChunks(readerOf(bytes)) === earlier?.columns.length ? earlier.columns : null;
  const reader = readerOf(bytes);
  const schema = schemaOf(type);
  const chunks = columns.map(({ kind }, index) =>
    present === null || present.includes(index)
      ? openChunk(reader, schema.columns[index], kind)
      : repeated(null, kind)
  );
  return takeRows(type, chunks, rows);
}

/** How many rows any Parquet file claims to have; null when it is not one. Throws what the system throws. */
export async function claimedRows(buffer: AsyncBuffer): Promise<number | null> {
  try {
    return Number((await unproven(() => parquetMetadataAsync(buffer))).num_rows);
  } catch (error) {
    if (isNotAsWritten(error)) return null;
    throw error;
  }
}

function takeRows(type: RecordType, chunks: readonly OpenChunk[], rows: number): Batch {
  return { type, rows, columns: chunks.map((chunk) => chunk.take(rows)) };
}

function readerOf(bytes: ArrayBuffer): ChunkReader {
  return { view: new DataView(bytes), offset: 0 };
}

async function openPlace(
  buffer: AsyncBuffer,
  place: ChunkPlace,
  type: RecordType,
  index: number,
): Promise<OpenChunk> {
  if ("value" in place) return repeated(place.value, type.columns[index].kind);
  return openBytes(await buffer.slice(place.start, place.start + place.bytes), type, index);
}

/** Opens the `index`th column of the type from the bytes of its chunk. */
function openBytes(bytes: ArrayBuffer, type: RecordType, index: number): OpenChunk {
  return openChunk(readerOf(bytes), schemaOf(type).columns[index], type.columns[index].kind);
}

/** Returns the bytes of an open file from `start` up to, not including, `end`. */
export type ReadBytes = (start: number, end: number) => ArrayBuffer;

/**
 * A whole column of a row group; nothing else of the file is read. Throws when its bytes are not a column.
 */
export function readColumn(read: ReadBytes, place: GroupPlace, type: RecordType, index: number): ColumnData {
  const chunk = place.chunks[index];
  const open = "value" in chunk
    ? repeated(chunk.value, type.columns[index].kind)
    : openBytes(read(chunk.start, chunk.start + chunk.bytes), type, index);
  return open.take(place.rows);
}

/** A column that is null in all rows, or has the same text in all rows. */
function repeated(value: string | null, kind: ColumnKind): OpenChunk {
  return { take: (rows) => columnOf(value, kind, rows) };
}

function columnOf(value: string | null, kind: ColumnKind, rows: number): ColumnData {
  switch (storageOf(kind)) {
    case "text":
      return uniformText(value, rows);
    case "id":
      return new IdBuffer(rows).take(rows);
    case "time":
      return nullTimes(rows);
    case "number":
      return nullNumbers(rows);
  }
}
