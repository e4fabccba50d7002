import { gather, take } from "../feed/records/gather.ts";
import type { Batch } from "../feed/records/batch.ts";
import { compareRows, type Instants, instantWords, sameInAll, sameInstant } from "./order.ts";
import { SortedBatch } from "./sorted_batch.ts";

/** Sorted batches of one record type; together they are sorted too. */
export type SortedSource = AsyncIterable<Batch>;

/** What a merge counted. */
export interface MergeTally {
  /** Rows kept from each source. */
  readonly kept: number[];
  /** Rows left out because another row with the same identity was kept. */
  duplicates: number;
  /** How many duplicates differ from the kept row in some other column. */
  conflicts: number;
}

/** A tally that has counted nothing yet. */
export function emptyTally(): MergeTally {
  return { kept: [], duplicates: 0, conflicts: 0 };
}

/** The number of rows kept from all sources. */
export function keptIn({ kept }: MergeTally): number {
  return kept.reduce((sum, rows) => sum + rows, 0);
}

/** A source and its current row. */
interface Cursor {
  readonly source: number;
  readonly batches: AsyncIterator<Batch>;
  batch: Batch;
  instants: Instants;
  row: number;
  /** Where the batch stands among those of the group being made; -1 if it is not among them yet. */
  slot: number;
}

/**
 * Merges sorted sources into groups of `rowsPerGroup` rows, each row once: of two rows with the same identity, the one
 * from the earlier source stays. Holds one batch of each source and one group, regardless of the number of rows.
 * `tally.kept` gets one entry per source.
 */
export async function* mergeBatches(
  sources: readonly SortedSource[],
  rowsPerGroup: number,
  tally: MergeTally,
): AsyncGenerator<Batch> {
  tally.kept.push(...sources.map(() => 0));
  const [only] = sources;
  if (sources.length === 1 && only instanceof SortedBatch) return yield* groupsOf(only, rowsPerGroup, tally);
  const group = new Group(rowsPerGroup);
  const heads = await openAll(sources);
  try {
    while (heads.length > 0) {
      const [first, second] = heads;
      for (
        const end = second === undefined ? first.batch.rows : rowsBefore(first, second);
        first.row < end;
      ) {
        if (group.take(first, tally)) yield group.flush(heads);
        first.row++;
      }
      if (first.row === first.batch.rows && !await nextBatch(first)) heads.shift();
      else settle(heads);
    }
  } finally {
    for (const { batches } of heads) await batches.return?.();
  }
  if (group.rows > 0) yield group.flush([]);
}

/** The same for a single source in memory: its rows are moved only once, into the groups. */
function* groupsOf(sorted: SortedBatch, rowsPerGroup: number, tally: MergeTally): Generator<Batch> {
  const { batch, order } = sorted;
  const picked = new Uint32Array(rowsPerGroup);
  let rows = 0;
  let kept = -1;
  for (let place = 0; place < order.length; place++) {
    const maySame = kept >= 0 && sorted.areSimultaneous(kept, place);
    if (maySame && isRepeated(batch, order[kept], batch, order[place], tally)) continue;
    kept = place;
    picked[rows++] = order[place];
    tally.kept[0]++;
    if (rows < rowsPerGroup) continue;
    yield take(batch, picked, true);
    rows = 0;
  }
  if (rows > 0) yield take(batch, picked.slice(0, rows), true);
}

/** Whether a row has the identity of the last kept row; if so, it is counted. */
function isRepeated(kept: Batch, last: number, batch: Batch, row: number, tally: MergeTally): boolean {
  if (compareRows(kept, last, batch, row) !== 0) return false;
  tally.duplicates++;
  if (!sameInAll(kept, last, batch, row)) tally.conflicts++;
  return true;
}

/** Rows picked for one group from batches that may be exhausted before the group is full. */
class Group {
  rows = 0;
  readonly #batches: Batch[] = [];
  readonly #batch: Uint32Array;
  readonly #row: Uint32Array;
  #last: Batch | null = null;
  #lastInstants: Instants = new Uint32Array();
  #lastRow = 0;

  constructor(capacity: number) {
    this.#batch = new Uint32Array(capacity);
    this.#row = new Uint32Array(capacity);
  }

  /** Picks the cursor's row unless it is a duplicate of the last one; true when the group is full. */
  take(cursor: Cursor, tally: MergeTally): boolean {
    const { batch, instants, row } = cursor;
    const maySame = this.#last !== null && sameInstant(this.#lastInstants, this.#lastRow, instants, row);
    if (maySame && isRepeated(this.#last!, this.#lastRow, batch, row, tally)) return false;
    if (cursor.slot < 0) cursor.slot = this.#batches.push(batch) - 1;
    this.#batch[this.rows] = cursor.slot;
    this.#row[this.rows] = row;
    this.#last = batch;
    this.#lastInstants = instants;
    this.#lastRow = row;
    tally.kept[cursor.source]++;
    return ++this.rows === this.#row.length;
  }

  /** The group's rows; starts the next group. */
  flush(heads: readonly Cursor[]): Batch {
    const group = gather(this.#batches[0].type, {
      batches: this.#batches,
      batch: this.#batch.subarray(0, this.rows),
      row: this.#row.subarray(0, this.rows),
    });
    this.rows = 0;
    this.#batches.length = 0;
    for (const head of heads) head.slot = -1;
    return group;
  }
}

async function openAll(sources: readonly SortedSource[]): Promise<Cursor[]> {
  const heads: Cursor[] = [];
  for (const [source, iterable] of sources.entries()) {
    const batches = iterable[Symbol.asyncIterator]();
    const batch = await nextOf(batches);
    if (batch !== null) {
      heads.push({ source, batches, batch, instants: instantWords(batch), row: 0, slot: -1 });
    }
  }
  return heads.sort(compareHeads);
}

/** Moves to the next batch; false at the end of the source. */
async function nextBatch(cursor: Cursor): Promise<boolean> {
  const batch = await nextOf(cursor.batches);
  if (batch === null) return false;
  Object.assign(cursor, { batch, instants: instantWords(batch), row: 0, slot: -1 });
  return true;
}

/** The next batch that has rows; null at the end of the source. */
async function nextOf(batches: AsyncIterator<Batch>): Promise<Batch | null> {
  for (;;) {
    const { done, value } = await batches.next();
    if (done) return null;
    if (value.rows > 0) return value;
  }
}

function compareHeads(a: Cursor, b: Cursor): number {
  return compareRows(a.batch, a.row, b.batch, b.row) || a.source - b.source;
}

/**
 * The end of those rows of the first cursor's batch that come before the second cursor's row; at least its own row. The
 * step doubles and then halves, since in the merge of a month there are hundreds of such rows in sequence.
 */
function rowsBefore(first: Cursor, second: Cursor): number {
  const { batch, row, source } = first;
  const isBefore = (at: number) =>
    at < batch.rows &&
    (compareRows(batch, at, second.batch, second.row) || source - second.source) < 0;
  let before = row;
  let step = 1;
  for (; isBefore(before + step); step *= 2) before += step;
  for (; step >= 1; step /= 2) if (isBefore(before + step)) before += step;
  return before + 1;
}

/** Moves the first cursor, which has advanced, to its place among the others; the files of an hour are sixty. */
function settle(heads: Cursor[]): void {
  const [first] = heads;
  let [place, end] = [1, heads.length];
  while (place < end) {
    const middle = (place + end) >>> 1;
    if (compareHeads(first, heads[middle]) > 0) place = middle + 1;
    else end = middle;
  }
  for (let at = 1; at < place; at++) heads[at - 1] = heads[at];
  heads[place - 1] = first;
}
