import type { DataReader, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import type { ColumnData } from "../../feed/records/batch.ts";
import type { ColumnKind } from "../../feed/records/record_type.ts";
import { readTexts } from "./dictionary_texts.ts";
import { HybridReader } from "./hybrid_reader.ts";
import { countOf, decoderOf, type Pages } from "./page_decoders.ts";
import { decompress } from "./zstd.ts";

/** Where a chunk is read; after opening it stands at the end of the chunk. */
export type ChunkReader = DataReader;

/** A column of a row group that is unpacked, but decoded only while it is read, which takes a third of the memory. */
export interface OpenChunk {
  /** The next rows of the column; at least this many must be left. */
  take(rows: number): ColumnData;
  /** Passes over the next rows of the column, which takes less than decoding them. */
  skip(rows: number): void;
}

/**
 * Opens a column of a row group as `writeChunk` wrote it. The library's own reader creates an array of JavaScript
 * values in between: that takes twice the time and leaves much garbage, measured on a day. Throws when the bytes are
 * not such a chunk.
 */
export function openChunk(reader: ChunkReader, element: SchemaElement, kind: ColumnKind): OpenChunk {
  const pages = pagesOf(reader, element);
  const decoder = decoderOf(pages, kind);
  let at = 0;
  const levelsOf = (rows: number) => pages.levels?.subarray(at, at += rows) ?? null;
  return {
    take: (rows) => decoder.take(rows, levelsOf(rows)),
    skip: (rows) => decoder.skip(countOf(rows, levelsOf(rows))),
  };
}

function pagesOf(reader: ChunkReader, { type }: SchemaElement): Pages {
  let header = parquetHeader(reader);
  let dictionary: ArrayLike<unknown> = [];
  if (header.dictionary_page_header !== undefined) {
    const page = unpack(reader, header.compressed_page_size, header.uncompressed_page_size);
    const { num_values } = header.dictionary_page_header;
    dictionary = type === "BYTE_ARRAY"
      ? readTexts(page, num_values)
      : readPlain(page, type!, num_values, undefined);
    header = parquetHeader(reader);
  }
  const data = header.data_page_header_v2;
  if (data === undefined) throw new Error("a column has no data page");
  const levelBytes = data.definition_levels_byte_length;
  const levels = data.num_nulls === 0 ? null : new Uint8Array(data.num_values);
  const afterLevels = reader.offset + levelBytes;
  if (levels !== null) new HybridReader(reader, 1).read(levels);
  reader.offset = afterLevels;
  const [packed, unpacked] = [header.compressed_page_size, header.uncompressed_page_size];
  const values = unpack(reader, packed - levelBytes, unpacked - levelBytes);
  return {
    encoding: data.encoding,
    levels,
    count: data.num_values - data.num_nulls,
    values,
    dictionary,
  };
}

/** Unpacks the next `packed` bytes. */
function unpack(reader: DataReader, packed: number, unpacked: number): DataReader {
  const bytes = new Uint8Array(reader.view.buffer, reader.offset, packed);
  reader.offset += packed;
  const page = decompressPage(bytes, unpacked, "ZSTD", { ZSTD: decompress });
  return { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
}

/** How many columns follow each other; each has one data page. Throws when the bytes are not such columns. */
export function countChunks(reader: ChunkReader): number {
  let chunks = 0;
  while (reader.offset < reader.view.byteLength) {
    const header = parquetHeader(reader);
    if (header.data_page_header_v2 !== undefined) chunks++;
    reader.offset += header.compressed_page_size;
  }
  return chunks;
}
