import { deserialize, serialize } from "node:v8";
import { type Batch, type ColumnData, storageOf, type TextColumn } from "../feed/records/batch.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { writeTemporary } from "../system/atomic.ts";
import type { SortedSource } from "./merge.ts";

/** Rows of a run that a merge holds at a time; four times as many take 45 MB more for a day of 1,500,000 trades. */
const PIECE_ROWS = 2_048;

/** What a run's file begins with; pieces of the columns follow, as they lie in memory. */
interface Header {
  readonly rows: number;
  /** The values of the text columns. */
  readonly dictionaries: readonly (TextColumn["values"] | null)[];
}

/**
 * Writes sorted rows to a file, to be read by this process only. Their ids must lie in their order, as `gather`
 * leaves them. Throws `CannotWrite`.
 */
export function writeRun(path: string, { rows, columns }: Batch): void {
  const dictionaries = columns.map((column) => column.kind === "text" ? column.values : null);
  const header = serialize({ rows, dictionaries } satisfies Header);
  writeTemporary(path, (append) => {
    append(bytesOf(Uint32Array.of(header.length)));
    append(header);
    for (let start = 0; start < rows; start += PIECE_ROWS) {
      const end = Math.min(start + PIECE_ROWS, rows);
      for (const column of columns) pieceOf(column, start, end).forEach((part) => append(bytesOf(part)));
    }
  });
}

/** Reads what `writeRun` wrote of rows of a type, a piece at a time. */
export async function* readRun(path: string, type: RecordType): SortedSource {
  using file = await Deno.open(path);
  const [length] = fill(new Uint32Array(1), file);
  const { rows, dictionaries } = deserialize(fill(new Uint8Array(length), file)) as Header;
  for (let start = 0; start < rows; start += PIECE_ROWS) {
    const pieceRows = Math.min(PIECE_ROWS, rows - start);
    const columns = type.columns.map(({ kind }, index) =>
      readPiece(storageOf(kind), pieceRows, dictionaries[index], file)
    );
    yield { type, rows: pieceRows, columns };
  }
}

type Part = Uint8Array | Uint32Array | BigInt64Array | Float64Array;

function pieceOf(column: ColumnData, start: number, end: number): Part[] {
  switch (column.kind) {
    case "text":
      return isNull(column.values) ? [] : [column.codes.subarray(start, end)];
    case "id": {
      const { starts, lengths, bytes } = column;
      return [
        lengths.subarray(start, end),
        bytes.subarray(starts[start], starts[end - 1] + lengths[end - 1]),
      ];
    }
    case "time":
      return [column.nanos.subarray(start, end)];
    case "number":
      return [column.values.subarray(start, end)];
  }
}

function readPiece(
  kind: ColumnData["kind"],
  rows: number,
  dictionary: TextColumn["values"] | null,
  file: Deno.FsFile,
): ColumnData {
  switch (kind) {
    case "text": {
      const codes = new Uint32Array(rows);
      return { kind, codes: isNull(dictionary!) ? codes : fill(codes, file), values: dictionary! };
    }
    case "id": {
      const lengths = fill(new Uint32Array(rows), file);
      const starts = new Uint32Array(rows);
      for (let row = 1; row < rows; row++) starts[row] = starts[row - 1] + lengths[row - 1];
      const bytes = fill(new Uint8Array(starts[rows - 1] + lengths[rows - 1]), file);
      return { kind, starts, lengths, bytes };
    }
    case "time":
      return { kind, nanos: fill(new BigInt64Array(rows), file) };
    case "number":
      return { kind, values: fill(new Float64Array(rows), file) };
  }
}

/** Whether a text column with these values is null throughout: it needs no room in the file. */
function isNull({ length }: TextColumn["values"]): boolean {
  return length === 1;
}

function bytesOf({ buffer, byteOffset, byteLength }: Part): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Reads until the array is full. */
function fill<T extends Part>(array: T, file: Deno.FsFile): T {
  const bytes = bytesOf(array);
  for (let filled = 0; filled < bytes.length;) {
    const read = file.readSync(bytes.subarray(filled));
    if (read === null) throw new Error("a run's file ends too early");
    filled += read;
  }
  return array;
}
