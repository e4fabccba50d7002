import type { DataReader, SchemaElement } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import type { ColumnKind } from "../../feed/records/record_type.ts";
import { type ColumnData, NULL_TIME, storageOf } from "../../feed/records/batch.ts";
import { bytesTakenBy, copyBytes, IdBuffer } from "../../feed/records/id_buffer.ts";
import { unpackInt64 } from "./delta.ts";
import { HybridReader } from "./hybrid.ts";
import { decompress } from "./zstd.ts";

/** Where a chunk is read; after opening it stands at the end of the chunk. */
export type ChunkReader = DataReader;

/** A column of a row group that is unpacked, but decoded only while it is read, which takes a third of the memory. */
export interface OpenChunk {
  /** The next rows of the column; at least this many must be left. */
  take(rows: number): ColumnData;
}

/** A chunk's pages, unpacked. */
interface Pages {
  readonly encoding: string;
  /** One for each row: 1 if it has a value, 0 if not; null when all rows have one. */
  readonly levels: Uint8Array | null;
  /** How many rows have a value. */
  readonly count: number;
  readonly values: DataReader;
  /** The values of the dictionary page; empty if there is none. */
  readonly dictionary: ArrayLike<unknown>;
}

/** Decodes the next rows; `levels` are those of these rows, null when all have a value. */
type Decoder = (rows: number, levels: Uint8Array | null) => ColumnData;

/**
 * Opens a column of a row group as `writeChunk` wrote it. The library's own reader creates an array of JavaScript
 * values in between: that takes twice the time and leaves much garbage, measured on a day. Throws when the bytes are
 * not such a chunk.
 */
export function openChunk(reader: ChunkReader, element: SchemaElement, kind: ColumnKind): OpenChunk {
  const pages = pagesOf(reader, element);
  const decode = decoderOf(pages, kind);
  let at = 0;
  return {
    take(rows) {
      const levels = pages.levels?.subarray(at, at + rows) ?? null;
      at += rows;
      return decode(rows, levels);
    },
  };
}

function decoderOf(pages: Pages, kind: ColumnKind): Decoder {
  switch (storageOf(kind)) {
    case "text":
      return textDecoder(pages);
    case "id":
      return idDecoder(pages);
    case "time":
      return timeDecoder(pages);
    case "number":
      return numberDecoder(pages);
  }
}

function pagesOf(reader: ChunkReader, { type }: SchemaElement): Pages {
  let header = parquetHeader(reader);
  let dictionary: ArrayLike<unknown> = [];
  if (header.dictionary_page_header !== undefined) {
    const page = unpack(reader, header.compressed_page_size, header.uncompressed_page_size);
    dictionary = readPlain(page, type!, header.dictionary_page_header.num_values, undefined);
    header = parquetHeader(reader);
  }
  const data = header.data_page_header_v2;
  if (data === undefined) throw new Error("a column has no data page");
  const levelBytes = data.definition_levels_byte_length;
  const levels = data.num_nulls === 0 ? null : new Uint8Array(data.num_values);
  if (levels === null) reader.offset += levelBytes;
  else readRleBitPackedHybrid(reader, 1, levels, levelBytes);
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

function textDecoder(pages: Pages): Decoder {
  const decoder = new TextDecoder();
  const strings = Array.from(pages.dictionary as ArrayLike<Uint8Array>, (bytes) => decoder.decode(bytes));
  const values = [null, ...strings];
  const places = placesIn(pages);
  return (rows, levels) => {
    const codes = new Uint32Array(rows);
    const count = countOf(rows, levels);
    places.read(codes.subarray(0, count));
    for (let i = 0; i < count; i++) codes[i]++;
    return { kind: "text", codes: spread(codes, levels, count, 0), values };
  };
}

function idDecoder({ values, count }: Pages): Decoder {
  const shared = new Int32Array(count);
  const own = new Int32Array(count);
  deltaBinaryUnpack(values, count, shared);
  deltaBinaryUnpack(values, count, own);
  const { view, offset } = values;
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, shared[i] + own[i]);
  const words = new Int32Array(bytesTakenBy(longest) / 4);
  const id = new DataView(words.buffer);
  let i = 0;
  let at = offset;
  return (rows, levels) => {
    const ids = new IdBuffer(rows);
    for (let row = 0; row < rows; row++) {
      if (levels !== null && levels[row] === 0) continue;
      copyBytes(id, shared[i], view, at, own[i]);
      ids.putWords(row, words, 0, shared[i] + own[i]);
      at += own[i++];
    }
    return ids.take(rows);
  };
}

function timeDecoder({ values, count }: Pages): Decoder {
  const instants = new BigInt64Array(count);
  unpackInt64(values, instants);
  let at = 0;
  return (rows, levels) => {
    const next = instants.subarray(at, at += countOf(rows, levels));
    if (levels === null) return { kind: "time", nanos: next };
    const nanos = new BigInt64Array(rows);
    nanos.set(next);
    return { kind: "time", nanos: spread(nanos, levels, next.length, NULL_TIME) };
  };
}

function numberDecoder(pages: Pages): Decoder {
  const read = numbersIn(pages);
  return (rows, levels) => {
    const values = new Float64Array(rows);
    const count = countOf(rows, levels);
    read(values.subarray(0, count));
    return { kind: "number", values: spread(values, levels, count, NaN) };
  };
}

/** Fills an array with the next numbers. */
function numbersIn(pages: Pages): (output: Float64Array) => void {
  const { encoding, values, dictionary } = pages;
  if (encoding === "PLAIN") { // doubles
    return (output) => {
      for (let i = 0; i < output.length; i++, values.offset += 8) {
        output[i] = values.view.getFloat64(values.offset, true);
      }
    };
  }
  const isFlag = encoding === "RLE";
  if (isFlag) values.offset += 4; // skips the length in bytes
  const known = isFlag ? Float64Array.of(0, 1) : numbersOf(dictionary as ArrayLike<number | bigint>);
  const places = isFlag ? new HybridReader(values, 1) : placesIn(pages);
  return (output) => {
    const next = new Uint32Array(output.length);
    places.read(next);
    for (let i = 0; i < next.length; i++) output[i] = known[next[i]];
  };
}

/** The same as numbers. A loop: `Float64Array.from` with a function takes ten times as long. */
function numbersOf(dictionary: ArrayLike<number | bigint>): Float64Array {
  if (dictionary instanceof Float64Array) return dictionary;
  const numbers = new Float64Array(dictionary.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Number(dictionary[i]);
  return numbers;
}

/** The rows' places in the dictionary. */
function placesIn({ values, count }: Pages): HybridReader {
  const width = count === 0 ? 0 : values.view.getUint8(values.offset++);
  return new HybridReader(values, width);
}

function countOf(rows: number, levels: Uint8Array | null): number {
  if (levels === null) return rows;
  let count = 0;
  for (let row = 0; row < rows; row++) count += levels[row];
  return count;
}

/** Moves the first `count` values of a column to the rows that have a value; the other rows get `none`. */
function spread<T extends Uint32Array | Float64Array | BigInt64Array>(
  values: T,
  levels: Uint8Array | null,
  count: number,
  none: T[number],
): T {
  if (levels === null) return values;
  for (let row = values.length - 1; row >= 0; row--) values[row] = levels[row] === 0 ? none : values[--count];
  return values;
}
