import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import {
  type AsyncBuffer,
  type ColumnMetaData,
  type Compressors,
  type DecodedArray,
  type FileMetaData,
  type ParquetParsers,
  parquetRead,
  type RowGroup,
  type SchemaElement,
  type SchemaTree,
} from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { isPlainTexts, plainTexts } from "./foreign_texts.ts";
import { decompress } from "./zstd.ts";

/** Instants in any unit become nanoseconds; dates become ISO 8601 text. */
export const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (millis: bigint) => BigInt(millis) * 1_000_000n,
  timestampFromMicroseconds: (micros: bigint) => BigInt(micros) * 1_000n,
  timestampFromNanoseconds: (nanos: bigint) => nanos,
  dateFromDays: (days: number) => new Date(days * MILLIS_PER_DAY).toISOString().slice(0, 10),
};

/** Inside lists and structures instants become ISO 8601 text: there, nothing else distinguishes them from integers. */
const NESTED_PARSERS: ParquetParsers = {
  ...PARSERS,
  timestampFromMilliseconds: (millis: bigint) => isoOf(BigInt(millis) * 1_000_000n),
  timestampFromMicroseconds: (micros: bigint) => isoOf(BigInt(micros) * 1_000n),
  timestampFromNanoseconds: (nanos: bigint) => isoOf(nanos),
};

/** What pyarrow, polars and DuckDB use, besides Snappy, which the library reads itself. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: decompress,
  BROTLI: (bytes) => brotliDecompressSync(bytes),
};

/**
 * The values of a column that is not nested, one page at a time, each page decoded once. The library's own way reads a
 * row group as a whole, or decodes a page once per part. `path` leads from the root to the column.
 */
export async function* flatPages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  path: readonly [root: SchemaTree, column: SchemaTree],
): AsyncGenerator<ArrayLike<unknown>> {
  const { element } = path[1];
  for (const group of metadata.row_groups) {
    const chunk = chunkOf(group, element.name);
    const decoder = {
      pathInSchema: chunk.path_in_schema,
      type: chunk.type,
      element,
      schemaPath: [...path],
      codec: chunk.codec,
      parsers: PARSERS,
      compressors: COMPRESSORS,
    };
    const reader = { view: new DataView(await bytesOf(file, chunk)), offset: 0 };
    let dictionary: DecodedArray | undefined;
    const isRequired = element.repetition_type === "REQUIRED";
    const texts = { compressors: COMPRESSORS, isRequired, known: new Map<string, string>() };
    for (let left = Number(group.num_rows); left > 0;) {
      const header = parquetHeader(reader);
      if (isText(element) && isPlainTexts(header, chunk.type)) {
        for (const piece of plainTexts(reader, header, chunk, texts)) {
          left -= piece.length;
          yield piece;
        }
        continue;
      }
      const { data = [] } = readPage(reader, header, decoder, dictionary, undefined, 0);
      if (header.type === "DICTIONARY_PAGE") {
        dictionary = convert(data, decoder);
        continue;
      }
      left -= data.length;
      if (left < 0) throw new Error(`its column ${element.name} has more values than rows`);
      yield data;
    }
  }
}

/** The values of a nested column, one row group at a time. */
export async function* nestedPages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  path: readonly [root: SchemaTree, column: SchemaTree],
): AsyncGenerator<ArrayLike<unknown>> {
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const values: unknown[] = [];
    await parquetRead({
      file,
      metadata,
      columns: [path[1].element.name],
      parsers: NESTED_PARSERS,
      compressors: COMPRESSORS,
      rowStart,
      rowEnd,
      onComplete: (rows) => rows.forEach((row) => values.push(row[0])),
    });
    yield values;
    rowStart = rowEnd;
  }
}

function isText({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === "UTF8" || logical_type?.type === "STRING";
}

function chunkOf({ columns }: RowGroup, name: string): ColumnMetaData {
  const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
  if (chunk === undefined) throw new Error(`its column ${name} is missing in a row group`);
  return chunk;
}

/** Some programs do not write where the dictionary is: then it stands before the data. */
function bytesOf(file: AsyncBuffer, chunk: ColumnMetaData): ArrayBuffer | Promise<ArrayBuffer> {
  const { dictionary_page_offset, data_page_offset, total_compressed_size } = chunk;
  const start = Number(dictionary_page_offset || data_page_offset);
  return file.slice(start, start + Number(total_compressed_size));
}

function isoOf(nanos: bigint): string {
  return new Temporal.Instant(nanos).toString();
}
