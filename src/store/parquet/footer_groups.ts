import type { ColumnMetaData } from "hyparquet";
import { type CompactReader, TYPE } from "./compact_reader.ts";

/** Field numbers of a row group, a column chunk, its metadata and its statistics, as in parquet.thrift. */
const GROUP = { columns: 1, rows: 3 };
const CHUNK = { facts: 3 };
const FACTS = { bytes: 7, dataPage: 9, dictionaryPage: 11, statistics: 12 };
const STATISTICS = { nulls: 3, max: 5, min: 6, isMaxExact: 7, isMinExact: 8 };

/** What is needed to read a column of a row group, named as in the library. */
export type ChunkFacts = Pick<
  ColumnMetaData,
  "total_compressed_size" | "data_page_offset" | "dictionary_page_offset" | "statistics"
>;

/** The same of all columns, in the order of the file. */
export interface GroupFacts {
  readonly rows: number;
  readonly chunks: readonly ChunkFacts[];
}

/** Which row groups to read, by the facts of one of their columns. */
export interface WantedGroups {
  /** The position of that column in the file. */
  readonly column: number;
  readonly holds: (chunk: ChunkFacts) => boolean;
}

const utf8 = new TextDecoder();

/**
 * Reads a footer's list of row groups, where the reader must be, and skips those that are not wanted. `isText` says which
 * columns are texts; for other columns the smallest and the largest value are not read. Throws a RangeError when the bytes
 * are not row groups, or contain something unexpected.
 */
export function readGroups(
  reader: CompactReader,
  isText: readonly boolean[],
  wanted: WantedGroups,
): GroupFacts[] {
  return reader.structs(() => groupOf(reader, isText, wanted)).filter((group) => group !== null);
}

function groupOf(
  reader: CompactReader,
  isText: readonly boolean[],
  { column, holds }: WantedGroups,
): GroupFacts | null {
  let rows: number | undefined;
  let isWanted = true;
  const chunks: ChunkFacts[] = [];
  const readChunk = () => {
    if (!isWanted) return reader.skip(TYPE.struct);
    const chunk = chunkOf(reader, isText[chunks.length]);
    if (chunks.push(chunk) - 1 === column) isWanted = holds(chunk);
  };
  reader.fields((field, type) => {
    if (field === GROUP.columns && type === TYPE.list) reader.structs(readChunk);
    else if (field === GROUP.rows && type === TYPE.i64) rows = reader.integer();
    else reader.skip(type);
  });
  if (rows === undefined || (isWanted && chunks.length !== isText.length)) {
    throw new RangeError("a row group");
  }
  return isWanted ? { rows, chunks } : null;
}

function chunkOf(reader: CompactReader, isText: boolean): ChunkFacts {
  let facts: ChunkFacts | undefined;
  reader.fields((field, type) => {
    if (field === CHUNK.facts && type === TYPE.struct) facts = factsOf(reader, isText);
    else reader.skip(type);
  });
  if (facts === undefined) throw new RangeError("a column without metadata");
  return facts;
}

function factsOf(reader: CompactReader, isText: boolean): ChunkFacts {
  let [bytes, dataPage, dictionaryPage]: (bigint | undefined)[] = [];
  let statistics: ChunkFacts["statistics"];
  reader.fields((field, type) => {
    if (field === FACTS.bytes && type === TYPE.i64) bytes = BigInt(reader.integer());
    else if (field === FACTS.dataPage && type === TYPE.i64) dataPage = BigInt(reader.integer());
    else if (field === FACTS.dictionaryPage && type === TYPE.i64) dictionaryPage = BigInt(reader.integer());
    else if (field === FACTS.statistics && type === TYPE.struct) statistics = statisticsOf(reader, isText);
    else reader.skip(type);
  });
  if (bytes === undefined || dataPage === undefined) throw new RangeError("a column without a place");
  return {
    total_compressed_size: bytes,
    data_page_offset: dataPage,
    dictionary_page_offset: dictionaryPage,
    statistics,
  };
}

function statisticsOf(reader: CompactReader, isText: boolean): ChunkFacts["statistics"] {
  const statistics: NonNullable<ChunkFacts["statistics"]> = {};
  reader.fields((field, type) => {
    if (field === STATISTICS.nulls && type === TYPE.i64) statistics.null_count = BigInt(reader.integer());
    else if (field === STATISTICS.isMaxExact) statistics.is_max_value_exact = type === TYPE.yes;
    else if (field === STATISTICS.isMinExact) statistics.is_min_value_exact = type === TYPE.yes;
    else if (isText && field === STATISTICS.max) statistics.max_value = utf8.decode(reader.binary());
    else if (isText && field === STATISTICS.min) statistics.min_value = utf8.decode(reader.binary());
    else reader.skip(type);
  });
  return statistics;
}
