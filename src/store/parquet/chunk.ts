import type { ColumnChunk, DecodedArray, SchemaElement, Statistics } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import { writeDictionaryPage } from "hyparquet-writer/src/dictionary.js";
import type { ColumnData } from "../../feed/records/batch.ts";
import type { Column } from "../../feed/records/record_type.ts";
import { type Chunk, chunkOf } from "./encode_column.ts";
import { writeDataPage } from "./page.ts";
import { compress, type Schema } from "./schema.ts";

/**
 * Writes one column of a row group (the `index`th of the schema), using hyparquet-writer's page headers, and returns
 * its place for the footer. Our columns already have dictionaries, so the library need not find them again: this takes
 * a fifth of the time of its own `write()`, measured on a day.
 */
export function writeChunk(
  writer: ByteWriter,
  { root, columns }: Schema,
  index: number,
  column: Column,
  data: ColumnData,
): ColumnChunk {
  const start = writer.offset;
  const element = columns[index];
  const chunk = chunkOf(column, data);
  const { dictionary, encoding } = chunk;
  let unpacked = dictionary === null ? 0 : writeDictionary(writer, [root, element], dictionary);
  const dataPageStart = writer.offset;
  unpacked += writeDataPage(writer, chunk, element.repetition_type === "REQUIRED");
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: element.type!,
      encodings: dictionary === null ? [encoding] : ["PLAIN", encoding],
      path_in_schema: [element.name],
      codec: "ZSTD",
      num_values: BigInt(chunk.rows),
      total_compressed_size: BigInt(writer.offset - start),
      total_uncompressed_size: BigInt(unpacked),
      data_page_offset: BigInt(dataPageStart),
      dictionary_page_offset: dictionary === null ? undefined : BigInt(start),
      statistics: statisticsOf(chunk),
    },
  };
}

function writeDictionary(
  writer: ByteWriter,
  schemaPath: [root: SchemaElement, element: SchemaElement],
  dictionary: DecodedArray,
): number {
  const [, element] = schemaPath;
  const column = {
    columnName: element.name,
    element,
    schemaPath,
    codec: "ZSTD" as const,
    compressors: { ZSTD: compress },
    stats: true,
    pageSize: 0,
    columnIndex: false,
    offsetIndex: false,
  };
  return writeDictionaryPage(writer, column, dictionary);
}

function statisticsOf({ rows, count, bounds }: Chunk): Statistics {
  return { null_count: BigInt(rows - count), min_value: bounds?.[0], max_value: bounds?.[1] };
}
