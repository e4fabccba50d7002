import type { DataReader, ParquetType, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import type { ColumnKind } from "../feed/fields.ts";
import { type ColumnData, IdBuffer, NULL_TIME, storageOf } from "../feed/trades.ts";
import { decompress } from "./parquet_schema.ts";

/** A chunk's pages, unpacked. */
interface Pages {
  readonly encoding: string;
  /** One for each row: 1 where it has a value, 0 where it has none. */
  readonly levels: Uint8Array;
  /** How many rows have a value. */
  readonly count: number;
  readonly values: DataReader;
  readonly type: ParquetType;
  /** What stands in the dictionary page; empty without one. */
  readonly dictionary: ArrayLike<unknown>;
}

/** Where a chunk is read; afterwards it stands behind it. */
export type ChunkReader = DataReader;

/**
 * Reads a column of a row group as `writeChunk` wrote it, by hyparquet's page decoders. The library's own way makes an
 * array of JavaScript values in between: it takes twice the time and leaves much to collect, measured on a day.
 * Throws when the bytes are no such chunk.
 */
export function readChunk(reader: ChunkReader, element: SchemaElement, kind: ColumnKind): ColumnData {
  const pages = pagesOf(reader, element);
  switch (storageOf(kind)) {
    case "text":
      return textColumn(pages);
    case "id":
      return idColumn(pages);
    case "time":
      return timeColumn(pages);
    case "number":
      return numberColumn(pages);
  }
}

function pagesOf(reader: ChunkReader, { type, repetition_type }: SchemaElement): Pages {
  let header = parquetHeader(reader);
  let dictionary: ArrayLike<unknown> = [];
  if (header.dictionary_page_header !== undefined) {
    const page = unpack(reader, header.compressed_page_size, header.uncompressed_page_size);
    dictionary = readPlain(page, type!, header.dictionary_page_header.num_values, undefined);
    header = parquetHeader(reader);
  }
  const data = header.data_page_header_v2;
  if (data === undefined) throw new Error("a column has no data page");
  const levels = new Uint8Array(data.num_values).fill(1);
  const levelBytes = data.definition_levels_byte_length;
  if (repetition_type !== "REQUIRED") readRleBitPackedHybrid(reader, 1, levels, levelBytes);
  const [packed, unpacked] = [header.compressed_page_size, header.uncompressed_page_size];
  const values = unpack(reader, packed - levelBytes, unpacked - levelBytes);
  return {
    encoding: data.encoding,
    levels,
    count: data.num_values - data.num_nulls,
    values,
    type: type!,
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

function textColumn(pages: Pages): ColumnData {
  const decoder = new TextDecoder();
  const strings = Array.from(pages.dictionary as ArrayLike<Uint8Array>, (bytes) => decoder.decode(bytes));
  const places = placesIn(pages);
  const codes = new Uint32Array(pages.levels.length);
  forEachValue(pages, (row, i) => codes[row] = places[i] + 1);
  return { kind: "text", codes, values: [null, ...strings] };
}

function idColumn(pages: Pages): ColumnData {
  const { values, count, levels } = pages;
  const shared = new Int32Array(count);
  const own = new Int32Array(count);
  deltaBinaryUnpack(values, count, shared);
  deltaBinaryUnpack(values, count, own);
  const suffixes = new Uint8Array(values.view.buffer, values.view.byteOffset + values.offset);
  const ids = new IdBuffer(levels.length);
  const id = new Uint8Array(shared.reduce((longest, length, i) => Math.max(longest, length + own[i]), 0));
  let at = 0;
  forEachValue(pages, (row, i) => {
    const length = shared[i] + own[i];
    for (let k = shared[i]; k < length; k++) id[k] = suffixes[at++];
    ids.put(row, id, 0, length);
  });
  return ids.take(levels.length);
}

function timeColumn(pages: Pages): ColumnData {
  const instants = new BigInt64Array(pages.count);
  deltaBinaryUnpack(pages.values, pages.count, instants);
  if (pages.count === pages.levels.length) return { kind: "time", nanos: instants };
  const nanos = new BigInt64Array(pages.levels.length).fill(NULL_TIME);
  forEachValue(pages, (row, i) => nanos[row] = instants[i]);
  return { kind: "time", nanos };
}

function numberColumn(pages: Pages): ColumnData {
  const numbers = numbersIn(pages);
  const values = new Float64Array(pages.levels.length).fill(NaN);
  forEachValue(pages, (row, i) => values[row] = numbers[i]);
  return { kind: "number", values };
}

function numbersIn(pages: Pages): ArrayLike<number> {
  const { encoding, type, count, values, dictionary } = pages;
  if (encoding === "PLAIN") return readPlain(values, type, count, undefined) as ArrayLike<number>;
  if (encoding === "RLE_DICTIONARY") {
    const known = Float64Array.from(dictionary as ArrayLike<number | bigint>, Number);
    const places = placesIn(pages);
    const numbers = new Float64Array(count);
    for (let i = 0; i < count; i++) numbers[i] = known[places[i]];
    return numbers;
  }
  const flags = new Uint8Array(count);
  readRleBitPackedHybrid(values, 1, flags);
  return flags;
}

/** The places in the dictionary. */
function placesIn({ values, count }: Pages): Uint32Array {
  const places = new Uint32Array(count);
  const bits = values.view.getUint8(values.offset++);
  readRleBitPackedHybrid(values, bits, places, values.view.byteLength - 1);
  return places;
}

/** Calls `put` with each row that has a value, and which of the values it is. */
function forEachValue({ levels }: Pages, put: (row: number, i: number) => void): void {
  let i = 0;
  for (let row = 0; row < levels.length; row++) if (levels[row] === 1) put(row, i++);
}
