import type { AsyncBuffer, ParquetParsers } from "hyparquet";
import { storageOf } from "../../feed/records/batch.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import { NotAsWritten, unproven } from "../damage.ts";
import { checkFooter, isAsWritten } from "./footer_checksum.ts";
import { factsIn, type FileFacts } from "./footer_facts.ts";
import { type ChunkFacts, type GroupFacts, readGroups } from "./footer_groups.ts";

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

/** Whether a row group is wanted, given the first and the last text by which its rows are sorted. */
export type IsWanted = (first: string, last: string) => boolean;

/** After the metadata a Parquet file ends with their length and the magic bytes. */
const TAIL_BYTES = 8;

/**
 * Reads what a footer says of the file as a whole, and skips the row groups: the places of a real day's chunks fill 75 KB.
 * A footer that does not look like one of this program's is passed to `readFooter`, which throws the right error.
 */
export async function readFooterFacts(buffer: AsyncBuffer, type: RecordType): Promise<FooterFacts> {
  const proved = await provedMetadata(buffer);
  const facts = proved === null ? null : factsIn(proved.bytes);
  return facts !== null && isKnown(facts, type) ? wholeOf(facts, type) : await readFooter(buffer, type);
}

/**
 * Reads a footer; throws `NotAsWritten` when the bytes are not a complete Parquet file that `BatchWriter` wrote with
 * this type. With `isWanted`, row groups that are not wanted may be left out.
 */
export async function readFooter(
  buffer: AsyncBuffer,
  type: RecordType,
  isWanted: IsWanted = () => true,
): Promise<Footer> {
  return await provedFooter(buffer, type, isWanted) ?? await footerByLibrary(buffer, type);
}

/**
 * Takes a tenth of the library's time, which creates objects for everything. Null when the footer does not match its
 * checksum, or contains something unexpected.
 */
async function provedFooter(
  buffer: AsyncBuffer,
  type: RecordType,
  isWanted: IsWanted,
): Promise<Footer | null> {
  const proved = await provedMetadata(buffer);
  if (proved === null) return null;
  let groups: readonly GroupFacts[] = [];
  const facts = factsIn(proved.bytes, (reader, { columns }) => {
    groups = readGroups(reader, columns.map((name) => isText(name, type)), {
      column: columns.indexOf(type.columns[type.required].name),
      holds: (chunk) => isWantedChunk(chunk, isWanted),
    });
  });
  if (facts === null || !isKnown(facts, type)) return null;
  const places = placesOf(facts.columns, type);
  return {
    ...wholeOf(facts, type),
    start: proved.start,
    groups: groups.map((group) => groupPlace(group, places, type)),
  };
}

/** Loads the library, which few files need. */
async function footerByLibrary(buffer: AsyncBuffer, type: RecordType): Promise<Footer> {
  if (buffer.byteLength <= TAIL_BYTES) throw new NotAsWritten(`it has ${buffer.byteLength} bytes`);
  const { parquetMetadataAsync } = await import("hyparquet");
  const file = await unproven(() => parquetMetadataAsync(buffer, { parsers: PARSERS }));
  const start = buffer.byteLength - file.metadata_length - TAIL_BYTES;
  checkFooter(new Uint8Array(await buffer.slice(start)));
  const metadata = new Map((file.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ""]));
  const columns = file.schema.slice(1).map(({ name }) => name);
  const places = placesOf(columns, type);
  const groups = file.row_groups.map(({ num_rows, columns }) => {
    const chunks = columns.map(({ meta_data }) => meta_data!);
    return groupPlace({ rows: Number(num_rows), chunks }, places, type);
  });
  return { ...wholeOf({ rows: Number(file.num_rows), columns, metadata }, type), start, groups };
}

/** The metadata in a footer that matches its checksum, and where the footer begins; null when it does not match. */
async function provedMetadata(buffer: AsyncBuffer): Promise<{ start: number; bytes: Uint8Array } | null> {
  const tail = buffer.byteLength - TAIL_BYTES;
  if (tail <= 0) return null;
  const start = tail - new DataView(await buffer.slice(tail)).getUint32(0, true);
  if (start < 0) return null;
  const footer = new Uint8Array(await buffer.slice(start));
  return isAsWritten(footer) ? { start, bytes: footer.subarray(0, -TAIL_BYTES) } : null;
}

function isKnown({ columns }: FileFacts, { columnOfName }: RecordType): boolean {
  return columns.every((name) => columnOfName.has(name));
}

function wholeOf({ rows, metadata, columns }: FileFacts, type: RecordType): FooterFacts {
  return { type, rows, metadata, isOfFirstVersion: columns.length === type.earlier?.columns.length };
}

function isText(name: string, { columns, columnOfName }: RecordType): boolean {
  const index = columnOfName.get(name);
  return index !== undefined && storageOf(columns[index].kind) === "text";
}

function isWantedChunk(chunk: ChunkFacts, isWanted: IsWanted): boolean {
  const bounds = boundsIn(chunk);
  return bounds === null || isWanted(...bounds);
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
  { rows, chunks }: GroupFacts,
  places: readonly number[],
  { required }: RecordType,
): GroupPlace {
  return {
    rows,
    bounds: boundsIn(chunks[places[required]]),
    chunks: places.map((place) => place < 0 ? ABSENT : chunkPlace(rows, chunks[place])),
  };
}

function boundsIn({ statistics }: ChunkFacts): GroupPlace["bounds"] {
  const { min_value: first, max_value: last } = statistics ?? {};
  return typeof first === "string" && typeof last === "string" ? [first, last] : null;
}

/** A column with only one value, or none, is known from the statistics and need not be read. */
function chunkPlace(rows: number, chunk: ChunkFacts): ChunkPlace {
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
