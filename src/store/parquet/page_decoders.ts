import type { DataReader } from "hyparquet";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { type ColumnData, NULL_TIME, storageOf } from "../../feed/records/batch.ts";
import { bytesTakenBy, copyBytes, IdBuffer } from "../../feed/records/id_buffer.ts";
import { bytesOf, takeTimes } from "../../feed/records/take_columns.ts";
import type { ColumnKind } from "../../feed/records/record_type.ts";
import { fastestLoops } from "./fastest_loops.ts";
import { HybridReader } from "./hybrid_reader.ts";

/** A chunk's pages, unpacked. */
export interface Pages {
  readonly encoding: string;
  /** One for each row: 1 if it has a value, 0 if not; null when all rows have one. */
  readonly levels: Uint8Array | null;
  /** How many rows have a value. */
  readonly count: number;
  readonly values: DataReader;
  /** The values of the dictionary page, numbers or strings; empty if there is none. */
  readonly dictionary: ArrayLike<unknown>;
}

/** Decodes a column from its beginning. */
export interface Decoder {
  /** The next rows; `levels` are those of these rows, null when all have a value. */
  take(rows: number, levels: Uint8Array | null): ColumnData;
  /** Passes over the next `count` values. */
  skip(count: number): void;
}

/** Decodes the pages of a column of this kind. */
export function decoderOf(pages: Pages, kind: ColumnKind): Decoder {
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

function textDecoder(pages: Pages): Decoder {
  const values = [null, ...pages.dictionary as string[]];
  const places = placesIn(pages);
  return {
    take(rows, levels) {
      const codes = new Uint32Array(rows);
      const count = countOf(rows, levels);
      places.read(codes.subarray(0, count), 1);
      return { kind: "text", codes: spread(codes, levels, count, 0), values };
    },
    skip: (count) => places.skip(count),
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
  // Each id begins with bytes of the one before.
  const next = () => {
    copyBytes(id, shared[i], view, at, own[i]);
    at += own[i];
    return shared[i] + own[i++];
  };
  return {
    take(rows, levels) {
      const ids = new IdBuffer(rows);
      for (let row = 0; row < rows; row++) {
        if (levels === null || levels[row] !== 0) ids.putWords(row, words, 0, next());
      }
      return ids.take(rows);
    },
    skip(count) {
      for (let left = count; left > 0; left--) next();
    },
  };
}

function timeDecoder(pages: Pages): Decoder {
  return pages.encoding === "RLE_DICTIONARY" ? repeatedTimeDecoder(pages) : deltaTimeDecoder(pages);
}

/** Of a column with few times, which has no nulls. */
function repeatedTimeDecoder(pages: Pages): Decoder {
  const known = pages.dictionary as BigInt64Array;
  const places = placesIn(pages);
  return {
    take(rows) {
      const codes = new Uint32Array(rows);
      places.read(codes);
      return { kind: "time", nanos: takeTimes(known, codes) };
    },
    skip: (count) => places.skip(count),
  };
}

function deltaTimeDecoder({ values, count }: Pages): Decoder {
  const instants = new BigInt64Array(count);
  fastestLoops().unpackInt64(values, instants);
  let at = 0;
  return {
    take(rows, levels) {
      const next = instants.subarray(at, at += countOf(rows, levels));
      if (levels === null) return { kind: "time", nanos: next };
      const nanos = new BigInt64Array(rows);
      nanos.set(next);
      return { kind: "time", nanos: spread(nanos, levels, next.length, NULL_TIME) };
    },
    skip(count) {
      at += count;
    },
  };
}

function numberDecoder(pages: Pages): Decoder {
  const { read, skip } = numbersIn(pages);
  return {
    take(rows, levels) {
      const values = new Float64Array(rows);
      const count = countOf(rows, levels);
      read(values.subarray(0, count));
      return { kind: "number", values: spread(values, levels, count, NaN) };
    },
    skip,
  };
}

/** The numbers of a column, from its beginning. */
interface Numbers {
  /** Fills an array with the next ones. */
  read(output: Float64Array): void;
  skip(count: number): void;
}

function numbersIn(pages: Pages): Numbers {
  const { encoding, values, dictionary } = pages;
  if (encoding === "PLAIN") { // doubles, which lie in memory as in Parquet
    return {
      read(output) {
        const bytes = bytesOf(values.view);
        const end = values.offset + output.byteLength;
        if (end > bytes.length) throw new RangeError("a column has fewer values than rows");
        bytesOf(output).set(bytes.subarray(values.offset, end));
        values.offset = end;
      },
      skip(count) {
        values.offset += 8 * count;
      },
    };
  }
  const isFlag = encoding === "RLE";
  if (isFlag) values.offset += 4; // skips the length in bytes
  const known = isFlag ? Float64Array.of(0, 1) : numbersOf(dictionary as ArrayLike<number | bigint>);
  const places = isFlag ? new HybridReader(values, 1) : placesIn(pages);
  return {
    read(output) {
      if (known.length === 1) {
        places.skip(output.length);
        output.fill(known[0]);
        return;
      }
      const next = new Uint32Array(output.length);
      places.read(next);
      for (let i = 0; i < next.length; i++) output[i] = known[next[i]];
    },
    skip: (count) => places.skip(count),
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

/** How many of the rows have a value. */
export function countOf(rows: number, levels: Uint8Array | null): number {
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
