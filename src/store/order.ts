import { wordsOf } from "../feed/records/take_columns.ts";
import {
  type Batch,
  type ColumnData,
  type IdColumn,
  NULL_TIME,
  type TextColumn,
} from "../feed/records/batch.ts";
import { NearlySorted } from "./nearly_sorted.ts";

/**
 * The order of stored rows of one type: by identity, nulls last; rows without an id by all further columns too. Two
 * rows are the same exactly when this returns 0.
 */
export function compareRows(a: Batch, i: number, b: Batch, j: number): number {
  return compareFrom(0, a, i, b, j);
}

/** Compares two rows that are known to agree in the first `known` columns of their identity. */
function compareFrom(known: number, a: Batch, i: number, b: Batch, j: number): number {
  const { identity, id } = a.type;
  for (let at = known; at < identity.length; at++) {
    const column = identity[at];
    const order = compareColumn(a.columns[column], i, b.columns[column], j);
    if (order !== 0) return order;
  }
  return id !== null && (a.columns[id] as IdColumn).lengths[i] === 0 ? compareAll(a, i, b, j) : 0;
}

/** Whether two rows agree in these columns (places in those of their type). */
export function agreeIn(columns: readonly number[], a: Batch, i: number, b: Batch, j: number): boolean {
  return columns.every((column) => compareColumn(a.columns[column], i, b.columns[column], j) === 0);
}

/** Whether two rows agree in every column. */
export function sameInAll(a: Batch, i: number, b: Batch, j: number): boolean {
  return compareAll(a, i, b, j) === 0;
}

function compareAll(a: Batch, i: number, b: Batch, j: number): number {
  for (let column = 0; column < a.columns.length; column++) {
    const order = compareColumn(a.columns[column], i, b.columns[column], j);
    if (order !== 0) return order;
  }
  return 0;
}

function compareColumn(a: ColumnData, i: number, b: ColumnData, j: number): number {
  if (a.kind === "text" && b.kind === "text") {
    return compareValues(a.values[a.codes[i]], b.values[b.codes[j]], null);
  }
  if (a.kind === "id" && b.kind === "id") return compareIds(a, i, b, j);
  if (a.kind === "time" && b.kind === "time") return compareValues(a.nanos[i], b.nanos[j], NULL_TIME);
  if (a.kind === "number" && b.kind === "number") return compareNumbers(a.values[i], b.values[j]);
  throw new Error("two columns of one name hold different kinds of values");
}

function compareValues<T extends string | bigint | null>(a: T, b: T, none: T): number {
  if (a === b) return 0;
  if (a === none) return 1;
  if (b === none) return -1;
  return a! < b! ? -1 : 1;
}

/** Compares by bytes, which equals comparing by code points. */
function compareIds(a: IdColumn, i: number, b: IdColumn, j: number): number {
  const length = a.lengths[i];
  const other = b.lengths[j];
  if (length === 0 || other === 0) return Number(length === 0) - Number(other === 0);
  for (let at = 0; at < length && at < other; at++) {
    const order = a.bytes[a.starts[i] + at] - b.bytes[b.starts[j] + at];
    if (order !== 0) return order;
  }
  return length - other;
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** The places of rows in their stored order. */
export type SortedRows = Pick<NearlySorted, "rows" | "areSimultaneous">;

/**
 * Sorts the rows of a batch: a counting sort by the required text (for trades the isin), then a
 * stable sort within each. Files are in order of publication, so the rows of one isin are nearly sorted already.
 */
export function sortedRows(batch: Batch): SortedRows {
  const { codes, values } = batch.columns[batch.type.required] as TextColumn;
  const rankOf = ranks(values);
  const starts = new Uint32Array(values.length + 1);
  for (let row = 0; row < batch.rows; row++) starts[rankOf[codes[row]] + 1]++;
  for (let rank = 0; rank < values.length; rank++) starts[rank + 1] += starts[rank];
  const sorter = new NearlySorted(instantWords(batch), (i, j) => compareFrom(1, batch, i, batch, j));
  const next = starts.slice();
  for (let row = 0; row < batch.rows; row++) sorter.put(next[rankOf[codes[row]]]++, row);
  for (let rank = 0; rank < values.length; rank++) sorter.sort(starts[rank], starts[rank + 1]);
  return sorter;
}

/** When each row happened, in two words: rows that differ in them certainly differ in identity, and cheaply so. */
export type Instants = Uint32Array;

/**
 * The instants of a batch's rows; for nearly all rows of one isin these alone decide their order. Zeros if rows are not
 * sorted by time.
 */
export function instantWords({ type: { identity }, columns, rows }: Batch): Instants {
  const second = columns[identity[1]];
  return wordsOf(second?.kind === "time" ? second.nanos : new BigInt64Array(rows));
}

/** Whether row `i` of one batch and row `j` of another have the same instant. */
export function sameInstant(a: Instants, i: number, b: Instants, j: number): boolean {
  return a[2 * i] === b[2 * j] && a[2 * i + 1] === b[2 * j + 1];
}

/** The rank of each code's value among all values in order; several codes may have the same value. */
function ranks(values: TextColumn["values"]): Uint32Array {
  const order = Array.from(values.keys()).sort((a, b) => compareValues(values[a], values[b], null));
  const rankOf = new Uint32Array(values.length);
  let rank = 0;
  order.forEach((code, place) => {
    if (place > 0 && values[code] !== values[order[place - 1]]) rank++;
    rankOf[code] = rank;
  });
  return rankOf;
}
