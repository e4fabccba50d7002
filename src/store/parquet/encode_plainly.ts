import { writePlain } from "hyparquet-writer/src/plain.js";
import { type ColumnData, type IdColumn, NULL_TIME } from "../../feed/records/batch.ts";
import type { Column } from "../../feed/records/record_type.ts";
import { bytesOf } from "../../feed/records/take_columns.ts";
import { boundsOf, boundsOfTimes } from "./bounds.ts";
import { type Chunk, chunkOf, levelsOf } from "./encode_column.ts";

/** What stands before each text. */
const LENGTH_BYTES = 4;

/** A column of a row group in plain values, or as places in a dictionary: for engines that know nothing else. */
export function plainChunkOf(column: Column, data: ColumnData): Chunk {
  if (data.kind === "time") return timeChunk(data.nanos);
  if (data.kind === "id") return idChunk(data);
  if (data.kind === "number" && column.kind === "flag") return flagChunk(data.values);
  return chunkOf(column, data);
}

function timeChunk(times: BigInt64Array): Chunk {
  const values = times.includes(NULL_TIME) ? times.filter((time) => time !== NULL_TIME) : times;
  const present = Uint8Array.from({ length: times.length }, (_, row) => times[row] === NULL_TIME ? 0 : 1);
  return plainChunk(
    present,
    values.length,
    boundsOfTimes(values),
    (writer) => writer.appendBytes(bytesOf(values)),
  );
}

/** Of each id its length and its bytes. */
function idChunk({ starts, lengths, bytes }: IdColumn): Chunk {
  const count = lengths.reduce((count, length) => count + (length === 0 ? 0 : 1), 0);
  return plainChunk(lengths, count, null, (writer) => {
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const values = new Uint8Array(LENGTH_BYTES * count + total);
    const view = new DataView(values.buffer);
    let at = 0;
    for (let row = 0; row < lengths.length; row++) {
      if (lengths[row] === 0) continue;
      view.setUint32(at, lengths[row], true);
      at += LENGTH_BYTES;
      const end = starts[row] + lengths[row];
      for (let byte = starts[row]; byte < end; byte++) values[at++] = bytes[byte];
    }
    writer.appendBytes(values);
  });
}

function flagChunk(numbers: Float64Array): Chunk {
  const flags = Array.from(numbers.filter((value) => !Number.isNaN(value)), (value) => value === 1);
  const present = Uint8Array.from(numbers, (value) => Number.isNaN(value) ? 0 : 1);
  return plainChunk(present, flags.length, boundsOf(flags), (writer) => {
    writePlain(writer, flags, "BOOLEAN", undefined);
  });
}

/** `present` has 0 for each row without a value. */
function plainChunk(
  present: Uint8Array | Uint32Array,
  count: number,
  bounds: Chunk["bounds"],
  encode: Chunk["encode"],
): Chunk {
  const levels = levelsOf(present, count);
  return { encoding: "PLAIN", rows: present.length, count, levels, encode, dictionary: null, bounds };
}
