import type { DecodedArray } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { type ColumnData, type IdColumn, NULL_TIME, type TextColumn } from "../../feed/records/batch.ts";
import type { Column } from "../../feed/records/record_type.ts";
import { bytesOf } from "../../feed/records/take_columns.ts";
import { type Bound, boundsOf, boundsOfTimes, withBothZeros } from "./bounds.ts";
import { writeIds } from "./delta_ids.ts";
import type { Page } from "./data_page.ts";
import { fastestLoops } from "./fastest_loops.ts";

/** A column of a row group, ready to be written. */
export interface Chunk extends Page {
  readonly dictionary: DecodedArray | null;
  /** The smallest and largest value; null when there are none, or a reader could not use them. */
  readonly bounds: readonly [Bound, Bound] | null;
}

/**
 * Times and ids differ little from row to row; prices are neither few nor similar; all other columns repeat their
 * values.
 */
export function chunkOf({ kind, varied, repeated }: Column, data: ColumnData): Chunk {
  if (data.kind === "time") return repeated ? repeatedTimesChunk(data.nanos) : timeChunk(data.nanos);
  if (data.kind === "id") return idChunk(data);
  if (data.kind === "text") return textChunk(data);
  if (kind === "flag") return flagChunk(data.values);
  if (varied) return plainChunk(data.values);
  const { codes, values } = fastestLoops().distinct(data.values);
  return dictionaryChunk(codes, kind === "int64" ? values.map(BigInt) : values);
}

function timeChunk(nanos: BigInt64Array): Chunk {
  const rows = nanos.length;
  const values = nanos.includes(NULL_TIME) ? nanos.filter((value) => value !== NULL_TIME) : nanos;
  const count = values.length;
  const levels = count === 0 || count === rows
    ? null
    : Uint8Array.from({ length: rows }, (_, row) => nanos[row] === NULL_TIME ? 0 : 1);
  const encode = (writer: ByteWriter) => fastestLoops().packInt64(writer, values);
  return {
    encoding: "DELTA_BINARY_PACKED",
    rows,
    count,
    levels,
    encode,
    dictionary: null,
    bounds: boundsOfTimes(values),
  };
}

/** Times of which there are few: the minutes of a day take a third of the bytes that their differences take. */
function repeatedTimesChunk(nanos: BigInt64Array): Chunk {
  if (nanos.length === 0 || nanos.includes(NULL_TIME)) return timeChunk(nanos);
  // They are told apart by their bits, and no time of this century has those of a NaN.
  const { codes, values } = fastestLoops().distinct(
    new Float64Array(nanos.buffer, nanos.byteOffset, nanos.length),
  );
  return dictionaryChunk(codes, [...new BigInt64Array(Float64Array.from(values).buffer)]);
}

/** Ids are found through their isin and time; bounds of the ids would not help a reader. */
function idChunk(ids: IdColumn): Chunk {
  const rows = ids.lengths.length;
  let present = 0;
  for (let row = 0; row < rows; row++) if (ids.lengths[row] !== 0) present++;
  const levels = levelsOf(ids.lengths, present);
  const encode = (writer: ByteWriter) => writeIds(writer, ids, present);
  return {
    encoding: "DELTA_BYTE_ARRAY",
    rows,
    count: present,
    levels,
    encode,
    dictionary: null,
    bounds: null,
  };
}

function plainChunk(numbers: Float64Array): Chunk {
  const rows = numbers.length;
  const { values, levels, least, most } = fastestLoops().present(numbers);
  const count = values.length;
  // They lie in memory as in Parquet; the library appends each by a call of its own.
  const encode = (writer: ByteWriter) => writer.appendBytes(bytesOf(values));
  return {
    encoding: "PLAIN",
    rows,
    count,
    levels,
    encode,
    dictionary: null,
    bounds: count === 0 ? null : withBothZeros(least, most),
  };
}

function flagChunk(numbers: Float64Array): Chunk {
  const { values, levels } = fastestLoops().present(numbers);
  const flags = new Uint8Array(values);
  const bounds = flags.length === 0 ? null : [!flags.includes(0), flags.includes(1)] as const;
  const encode = (writer: ByteWriter) => {
    const runs = new ByteWriter();
    fastestLoops().writeHybrid(runs, flags, 1);
    writer.appendUint32(runs.offset);
    writer.appendBytes(runs.getBytes());
  };
  return {
    encoding: "RLE",
    rows: numbers.length,
    count: flags.length,
    levels,
    encode,
    dictionary: null,
    bounds,
  };
}

/** Several codes may stand for the same value, or for null, so they are told apart by their values. */
function textChunk({ codes, values }: TextColumn): Chunk {
  const dictionary: string[] = [];
  const known = new Map<string, number>();
  const placeOf = Uint32Array.from(values, (value) => { // from 1 on; 0 is null
    return value === null ? 0 : known.getOrInsertComputed(value, () => dictionary.push(value));
  });
  const isPlain = dictionary.length === values.length - 1;
  return dictionaryChunk(isPlain ? codes : translated(codes, placeOf), dictionary);
}

function translated(codes: Uint32Array, placeOf: Uint32Array): Uint32Array {
  const places = new Uint32Array(codes.length);
  for (let row = 0; row < codes.length; row++) places[row] = placeOf[codes[row]];
  return places;
}

function dictionaryChunk(codes: Uint32Array, dictionary: (string | number | bigint)[]): Chunk {
  const { present, levels } = dictionary.length === 0 ? NOTHING : presentAmong(codes);
  const width = Math.ceil(Math.log2(Math.max(1, dictionary.length)));
  const encode = (writer: ByteWriter) => {
    writer.appendUint8(width);
    fastestLoops().writeHybrid(writer, present, width, 1);
  };
  const bounds = boundsOf(dictionary);
  return {
    encoding: "RLE_DICTIONARY",
    rows: codes.length,
    count: present.length,
    levels,
    encode,
    dictionary,
    bounds,
  };
}

/** A column that is null in all rows. */
const NOTHING = { present: new Uint32Array(), levels: null };

/** The codes without those of null, which are 0; and which rows have a value, if not all do. */
function presentAmong(codes: Uint32Array): { present: Uint32Array; levels: Uint8Array | null } {
  if (!codes.includes(0)) return { present: codes, levels: null };
  const present = new Uint32Array(codes.length);
  let count = 0;
  for (let row = 0; row < codes.length; row++) if (codes[row] !== 0) present[count++] = codes[row];
  return { present: present.subarray(0, count), levels: levelsOf(codes, count) };
}

/** Which rows have a value (`present` is 0 where they have none); null when all rows agree in this. */
export function levelsOf(present: Uint8Array | Uint32Array, count: number): Uint8Array | null {
  if (count === 0 || count === present.length) return null;
  const levels = new Uint8Array(present.length);
  for (let row = 0; row < present.length; row++) if (present[row] !== 0) levels[row] = 1;
  return levels;
}
