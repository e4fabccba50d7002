import { deserialize, serialize } from "node:v8";
import { type Batch, type ColumnData, release, storageOf, type TextColumn } from "../feed/records/batch.ts";
import { bytesTakenBy } from "../feed/records/id_buffer.ts";
import { nullNumbers, uniformText } from "../feed/records/repeated.ts";
import { bytesOf } from "../feed/records/take_columns.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { writeTemporary } from "../system/atomic.ts";
import type { SortedSource } from "./merge_sorted.ts";

/** The header of each piece in a run's file; the piece's columns follow in their memory layout. */
interface Header {
  readonly rows: number;
  /** The values of the text columns, and of columns of numbers that are null throughout. */
  readonly dictionaries: readonly (TextColumn["values"] | null)[];
  /** For each column, the first one with the same codes, which are stored only once. */
  readonly codesOf: readonly number[];
}

/**
 * Writes sorted rows to a file, in pieces, to be read by this process only. The ids of a piece must be stored in row
 * order, as `take` leaves them; each piece is released once it is written. Throws `CannotWrite`.
 */
export function writeRun(path: string, pieces: Iterable<Batch>): void {
  writeTemporary(path, (append) => {
    for (const piece of pieces) {
      const { rows, columns } = piece;
      const dictionaries = columns.map((column) => valuesOf(column));
      const codesOf = columns.map((column, index) => firstWithCodes(columns, column) ?? index);
      const header = serialize({ rows, dictionaries, codesOf } satisfies Header);
      append(bytesOf(Uint32Array.of(header.length)));
      append(header);
      for (const [index, column] of columns.entries()) {
        if (codesOf[index] === index) partsOf(column).forEach((part) => append(bytesOf(part)));
      }
      release(piece);
    }
  });
}

/** Reads what `writeRun` wrote for rows of a type, in pieces. */
export async function* readRun(path: string, type: RecordType): SortedSource {
  using file = await Deno.open(path);
  const { size } = file.statSync();
  while (file.seekSync(0, Deno.SeekMode.Current) < size) {
    const [length] = fill(new Uint32Array(1), file);
    yield readPiece(deserialize(fill(new Uint8Array(length), file)) as Header, type, file);
  }
}

/** The values of a text column, or the only one; for numbers that are all null, that null. Null for other columns. */
function valuesOf(column: ColumnData): TextColumn["values"] | null {
  if (column.kind === "text") return column.isUniform ? [column.values.at(-1)!] : column.values;
  return column.kind === "number" && column.isUniform ? [null] : null;
}

function firstWithCodes(columns: readonly ColumnData[], column: ColumnData): number | null {
  if (column.kind !== "text" || isConstant(column)) return null;
  return columns.findIndex((other) =>
    other.kind === "text" && other.codes === column.codes && !isConstant(other)
  );
}

function readPiece({ rows, dictionaries, codesOf }: Header, type: RecordType, file: Deno.FsFile): Batch {
  const columns: ColumnData[] = [];
  for (const [index, { kind }] of type.columns.entries()) {
    const [first, values] = [columns[codesOf[index]], dictionaries[index]];
    if (first?.kind === "text") columns.push({ kind: "text", codes: first.codes, values: values! });
    else columns.push(readColumn(storageOf(kind), rows, values, file));
  }
  return { type, rows, columns };
}

type Part = Uint8Array | Uint32Array | BigInt64Array | Float64Array;

function partsOf(column: ColumnData): Part[] {
  switch (column.kind) {
    case "text":
      return isConstant(column) ? [] : [column.codes];
    case "id":
      return [column.lengths, column.bytes];
    case "time":
      return [column.nanos];
    case "number":
      return column.isUniform ? [] : [column.values];
  }
}

function readColumn(
  kind: ColumnData["kind"],
  rows: number,
  dictionary: TextColumn["values"] | null,
  file: Deno.FsFile,
): ColumnData {
  switch (kind) {
    case "text":
      if (dictionary!.length === 1) return uniformText(dictionary![0], rows);
      return { kind, codes: fill(new Uint32Array(rows), file), values: dictionary! };
    case "id": {
      const lengths = fill(new Uint32Array(rows), file);
      const starts = new Uint32Array(rows);
      for (let row = 1; row < rows; row++) {
        starts[row] = starts[row - 1] + bytesTakenBy(lengths[row - 1]);
      }
      const bytes = fill(new Uint8Array(starts[rows - 1] + bytesTakenBy(lengths[rows - 1])), file);
      return { kind, starts, lengths, bytes };
    }
    case "time":
      return { kind, nanos: fill(new BigInt64Array(rows), file) };
    case "number":
      if (dictionary !== null) return nullNumbers(rows);
      return { kind, values: fill(new Float64Array(rows), file) };
  }
}

/** Whether a text column is known to have one value throughout: then its codes are not stored. */
function isConstant({ values, isUniform }: TextColumn): boolean {
  return values.length === 1 || isUniform === true;
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
