import type { AsyncBuffer } from "hyparquet";
import { isNotAsWritten, unproven } from "../damage.ts";
import { type Batch, type ColumnData, storageOf } from "../../feed/records/batch.ts";
import { IdBuffer } from "../../feed/records/id_buffer.ts";
import { nullNumbers, nullTimes, uniformText } from "../../feed/records/repeated.ts";
import type { ColumnKind, RecordType } from "../../feed/records/record_type.ts";
import { type ChunkReader, countChunks, type OpenChunk, openChunk } from "./chunk_reader.ts";
import type { ChunkPlace, Footer, GroupPlace } from "./footer.ts";
import { schemaOf } from "./schema.ts";

/**
 * Rows that are read at a time; a merge holds one such piece of each source. Twice as many would take 10 MB more for a
 * month.
 */
const PIECE_ROWS = 2_048;

/** Reads the rows of a file that `BatchWriter` wrote, in pieces; holds one row group, not decoded. */
export async function* readBatches(read: ReadBytes, { type, groups }: Footer): AsyncGenerator<Batch> {
  for (const { rows, chunks: places } of groups) {
    const chunks = places.map((place, index) => openPlace(read, place, type, index));
    for (let left = rows; left > 0; left -= PIECE_ROWS) {
      yield takeRows(type, chunks, Math.min(left, PIECE_ROWS));
    }
  }
}

/**
 * Reads a row group from its own bytes, which must match their checksum: this works for a file without a readable
 * footer.
 */
export function readGroup(bytes: ArrayBuffer, rows: number, type: RecordType): Batch {
  const { columns, earlier } = type;
  const present = countChunks(readerOf(bytes)) === earlier?.columns.length ? earlier.columns : null;
  const reader = readerOf(bytes);
  const schema = schemaOf(type);
  const chunks = columns.map(({ kind }, index) =>
    present === null || present.includes(index)
      ? openChunk(reader, schema.columns[index], kind)
      : repeated(null, kind)
  );
  return takeRows(type, chunks, rows);
}

/** How many rows any Parquet file claims to have; null when it is not one. Throws what the system throws. */
export async function claimedRows(buffer: AsyncBuffer): Promise<number | null> {
  const { parquetMetadataAsync } = await import("hyparquet");
  try {
    return Number((await unproven(() => parquetMetadataAsync(buffer))).num_rows);
  } catch (error) {
    if (isNotAsWritten(error)) return null;
    throw error;
  }
}

function takeRows(type: RecordType, chunks: readonly OpenChunk[], rows: number): Batch {
  return { type, rows, columns: chunks.map((chunk) => chunk.take(rows)) };
}

function readerOf(bytes: ArrayBuffer): ChunkReader {
  return { view: new DataView(bytes), offset: 0 };
}

/** Opens the `index`th column of the type. */
function openPlace(read: ReadBytes, place: ChunkPlace, type: RecordType, index: number): OpenChunk {
  const { kind } = type.columns[index];
  if ("value" in place) return repeated(place.value, kind);
  const bytes = read(place.start, place.start + place.bytes);
  return openChunk(readerOf(bytes), schemaOf(type).columns[index], kind);
}

/** Returns the bytes of an open file from `start` up to, not including, `end`. */
export type ReadBytes = (start: number, end: number) => ArrayBuffer;

/** Consecutive rows of a row group: `from` up to, not including, `to`. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** A column of a row group, or only these rows of it; nothing else of the file is read. Throws when its bytes are not a column. */
export function readColumn(
  read: ReadBytes,
  place: GroupPlace,
  type: RecordType,
  index: number,
  { from, to }: RowRange = { from: 0, to: place.rows },
): ColumnData {
  const chunk = openPlace(read, place.chunks[index], type, index);
  chunk.skip(from);
  return chunk.take(to - from);
}

/** A column that is null in all rows, or has the same text in all rows. */
function repeated(value: string | null, kind: ColumnKind): OpenChunk {
  return { take: (rows) => columnOf(value, kind, rows), skip: () => {} };
}

function columnOf(value: string | null, kind: ColumnKind, rows: number): ColumnData {
  switch (storageOf(kind)) {
    case "text":
      return uniformText(value, rows);
    case "id":
      return new IdBuffer(rows).take(rows);
    case "time":
      return nullTimes(rows);
    case "number":
      return nullNumbers(rows);
  }
}
