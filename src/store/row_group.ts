import type { Batch, ColumnData } from "../feed/records/batch.ts";
import { takeColumn } from "../feed/records/gather.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { TextTaker } from "../feed/records/take_texts.ts";
import { bufferOf, type DataFooter } from "./data_file.ts";
import type { GroupPlace } from "./parquet/footer.ts";
import { type ReadBytes, readColumn, type RowRange } from "./parquet/reader.ts";

/** A group of rows of a file. Each column is read when it is first requested, since most queries need only a few. */
export interface RowGroup {
  readonly type: RecordType;
  readonly rows: number;
  /** The first and the last text by which the rows are sorted; null when the footer does not have them. */
  readonly bounds: readonly [first: string, last: string] | null;
  /** The column at this place of the type, or only these rows of it. Throws what reading it throws. */
  readonly column: (index: number, only?: RowRange) => ColumnData;
}

/**
 * The row groups of an open file, in order; columns can be read as long as the file is open. `failure` replaces the
 * error that reading a column throws.
 */
export function* rowGroupsIn(
  file: Deno.FsFile,
  { parquet }: DataFooter,
  failure: (error: unknown) => unknown,
): Generator<RowGroup> {
  const { slice } = bufferOf(file);
  for (const place of parquet.groups) yield new StoredGroup(slice, place, parquet.type, failure);
}

/** The rows of a batch as a group. */
export function groupOf({ type, rows, columns }: Batch): RowGroup {
  return { type, rows, bounds: null, column: (index, only) => rowsOf(columns[index], only) };
}

/** Some rows of a group, by their places, in this order. A column of the group is read when it is requested here. */
export function pickedRows(group: RowGroup, rows: Uint32Array): RowGroup {
  const texts = new TextTaker(rows);
  const columns: ColumnData[] = [];
  const column = (index: number, only?: RowRange) =>
    rowsOf(columns[index] ??= takeColumn(group.column(index), texts), only);
  return { type: group.type, rows: rows.length, bounds: null, column };
}

/** Consecutive rows of a group. Of a column that is requested here no others are decoded. */
export function rowsWithin(group: RowGroup, { from, to }: RowRange): RowGroup {
  const columns: ColumnData[] = [];
  const column = (index: number, only?: RowRange) =>
    rowsOf(columns[index] ??= group.column(index, { from, to }), only);
  return { type: group.type, rows: to - from, bounds: null, column };
}

function rowsOf(column: ColumnData, only: RowRange | undefined): ColumnData {
  if (only === undefined) return column;
  const { from, to } = only;
  return takeColumn(column, new TextTaker(Uint32Array.from({ length: to - from }, (_, i) => from + i)));
}

/** All columns of a group. */
export function batchOf(group: RowGroup): Batch {
  const { type, rows } = group;
  return { type, rows, columns: type.columns.map((_, index) => group.column(index)) };
}

class StoredGroup implements RowGroup {
  readonly rows: number;
  readonly bounds: RowGroup["bounds"];
  readonly #columns: ColumnData[] = [];

  constructor(
    readonly read: ReadBytes,
    readonly place: GroupPlace,
    readonly type: RecordType,
    readonly failure: (error: unknown) => unknown,
  ) {
    this.rows = place.rows;
    this.bounds = place.bounds;
  }

  /** Bound to its group, because it is passed around as a function. */
  readonly column = (index: number, only?: RowRange): ColumnData => {
    const known = this.#columns[index];
    if (known !== undefined) return rowsOf(known, only);
    return only === undefined ? this.#columns[index] = this.#read(index) : this.#read(index, only);
  };

  #read(index: number, only?: RowRange): ColumnData {
    try {
      return readColumn(this.read, this.place, this.type, index, only);
    } catch (error) {
      throw this.failure(error);
    }
  }
}
