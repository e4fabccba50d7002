import type { Batch } from "../../feed/records/batch.ts";
import type { Venue } from "../../feed/venue.ts";
import { isThere } from "../../system/atomic.ts";
import { TRADES_BY_DAY } from "../datasets.ts";
import { periodsOf } from "../periods.ts";
import type { Layout } from "../layout.ts";
import { emptyTally, keptIn, mergeBatches, type SortedSource } from "../merge_sorted.ts";
import { type DatedFile, openSources, originsOf } from "../open_sources.ts";
import { MONTH_ROW_GROUP_ROWS } from "../parquet/schema.ts";
import { DAYS_KEY } from "../footer_keys.ts";
import { encodeDays, type Month, type MonthDay, readMonth } from "./stored_month.ts";
import { openStored } from "../stored_partition.ts";
import { writeBatches, type WriteOptions } from "../write_batches.ts";

/** The result of writing a month. */
export interface WrittenMonth extends Month {
  /** Rows left out because an earlier day has a row with the same identity. */
  readonly duplicates: number;
  /** How many of these differ from the earlier row in a column outside the identity. */
  readonly conflicts: number;
}

/** The stored days of a month, oldest first. */
export function dayFiles(layout: Layout, venue: Venue, month: string): DatedFile[] {
  return periodsOf(layout, TRADES_BY_DAY, venue, month)
    .map((date) => ({ date, path: layout.partition(TRADES_BY_DAY, venue, date) }))
    .filter(({ path }) => isThere(path));
}

/** Remaking a month would lose rows. */
export class ShrinkingMonth extends Error {
  override name = "ShrinkingMonth";

  constructor(path: string, readonly figures: string) {
    super(
      `${path} holds more than its days do now: ${figures}. It has not been touched; put the days back, or move ` +
        `the file away to have the month made from what there is`,
    );
  }
}

/** Makes the month file at `path` anew, as `makeMonth`, in one rename. Also throws `DamagedMonth`. */
export async function writeMonth(
  path: string,
  files: readonly DatedFile[],
  options: WriteOptions,
): Promise<WrittenMonth> {
  return await makeMonth(path, files, await readMonth(path, options.type), options);
}

/**
 * Writes a month file from day partitions, oldest first, and requires that it has no fewer rows than the month
 * `before`. Rows are sorted like those of a day, but over the whole month: by isin, then trading time. If two days have
 * rows with the same identity, the earlier day's row is taken. Reads each day by row groups and holds one group of
 * each.
 *
 * All days are checked against their digests before anything is written. Throws `DamagedPartition`, `ShrinkingMonth`,
 * `CannotWrite`, and what `breathe` throws; then nothing has changed.
 */
export async function makeMonth(
  path: string,
  files: readonly DatedFile[],
  before: Month | null,
  options: WriteOptions,
): Promise<WrittenMonth> {
  using open = await openSources(files, async (path, file) => {
    await options.breathe();
    return await openStored(path, file, options.type);
  });
  const days = originsOf(open);
  const sources = open.all.map(({ batches }) => atEase(batches(), options));
  refuseToShrink(path, before?.days ?? [], days);
  const tally = emptyTally();
  const groups = notFewer(path, before?.rows ?? 0, mergeBatches(sources, MONTH_ROW_GROUP_ROWS, tally));
  await writeBatches(path, groups, () => new Map([[DAYS_KEY, encodeDays(days)]]), options);
  return { rows: keptIn(tally), days, duplicates: tally.duplicates, conflicts: tally.conflicts };
}

/** A day that has fewer rows than when the month was made, or no file any more. */
export interface ShrunkDay {
  readonly date: string;
  readonly had: number;
  /** Null when there is no file. */
  readonly has: number | null;
}

/** The days of a month that have shrunk since it was made, which must not happen: a partition only grows. */
export function shrunkDays(before: readonly MonthDay[], now: readonly MonthDay[]): ShrunkDay[] {
  const rows = new Map(now.map((day) => [day.date, day.rows]));
  return before.filter((day) => (rows.get(day.date) ?? -1) < day.rows)
    .map((day) => ({ date: day.date, had: day.rows, has: rows.get(day.date) ?? null }));
}

/** `2026-09-10 had 40 rows and has no file`, for each day. */
export function shrunkInWords(shrunk: readonly ShrunkDay[]): string {
  return shrunk.map(({ date, had, has }) => `${date} had ${had} rows and has ${has ?? "no file"}`).join(", ");
}

/** Throws `ShrinkingMonth` where a day of the month at `path` has shrunk. */
export function refuseToShrink(path: string, before: readonly MonthDay[], now: readonly MonthDay[]): void {
  const shrunk = shrunkDays(before, now);
  if (shrunk.length > 0) throw new ShrinkingMonth(path, shrunkInWords(shrunk));
}

/** The groups; throws `ShrinkingMonth` at the end if they have fewer rows than are stored. */
async function* notFewer(
  path: string,
  stored: number,
  groups: AsyncIterable<Batch>,
): AsyncGenerator<Batch> {
  let rows = 0;
  for await (const group of groups) {
    rows += group.rows;
    yield group;
  }
  if (rows < stored) throw new ShrinkingMonth(path, `it has ${stored} rows, and would have ${rows}`);
}

/** Lets other work in before each batch, since the first batches of all days are read in sequence. */
export async function* atEase(
  source: SortedSource,
  { breathe }: Pick<WriteOptions, "breathe">,
): SortedSource {
  for await (const batch of source) {
    await breathe();
    yield batch;
  }
}
