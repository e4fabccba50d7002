import type { Batch } from "../feed/records/batch.ts";
import { gather, take } from "../feed/records/gather.ts";
import type { SortedSource } from "./merge_sorted.ts";
import { agreeIn, compareRows } from "./order.ts";

/*
 * Files that version 0.1.0 wrote: they lack the columns that came later, more of them are REQUIRED, and the identity of
 * their rows was shorter: see `EarlierVersion`. They stay as they are until something is added to them.
 */

/**
 * The same rows in today's order. Only rows that agree in all columns they were sorted by can change places: for
 * trades, a few legs or corrections with the same id. Holds one batch and one set of such rows.
 */
export async function* inPresentOrder(source: SortedSource): SortedSource {
  let held: Batch | null = null;
  for await (const piece of source) {
    const batch: Batch = held === null ? piece : joined(held, piece);
    const end = lastTie(batch);
    if (end > 0) yield ordered(slice(batch, 0, end));
    held = slice(batch, end, batch.rows);
  }
  if (held !== null && held.rows > 0) yield ordered(held);
}

/** The first row of those that agree with the last row. */
function lastTie(batch: Batch): number {
  let start = Math.max(0, batch.rows - 1);
  while (start > 0 && isTie(batch, start - 1)) start--;
  return start;
}

function isTie(batch: Batch, row: number): boolean {
  return agreeIn(batch.type.earlier!.order, batch, row, batch, row + 1);
}

function ordered(batch: Batch): Batch {
  const rows = Uint32Array.from({ length: batch.rows }, (_, row) => row);
  let isChanged = false;
  for (let start = 0, end = 1; start < batch.rows; start = end++) {
    while (end < batch.rows && isTie(batch, end - 1)) end++;
    if (end - start === 1) continue;
    rows.subarray(start, end).sort((i, j) => compareRows(batch, i, batch, j));
    isChanged = true;
  }
  return isChanged ? take(batch, rows) : batch;
}

function slice(batch: Batch, start: number, end: number): Batch {
  return take(batch, Uint32Array.from({ length: end - start }, (_, i) => start + i));
}

/** The rows of both batches, one after the other. */
function joined(first: Batch, second: Batch): Batch {
  const batch = Uint32Array.from({ length: first.rows + second.rows }, (_, i) => Number(i >= first.rows));
  const row = batch.map((second, i) => second === 0 ? i : i - first.rows);
  return gather(first.type, { batches: [first, second], batch, row });
}
