import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import { workshopOf } from "../../store/aside.ts";
import { type OpenFiles, openIfThere } from "../../store/data_file.ts";
import { type OpenSource, openSources, originsOf } from "../../store/open_sources.ts";
import { writeBatches } from "../../store/write_batches.ts";
import type { RowGroup } from "../../store/row_group.ts";
import type { DeriveTools, Refreshed } from "../refresh_minutes.ts";
import type { DayFiles } from "./day_files.ts";
import { makeDay, ofDays, together } from "./make_month.ts";
import { type MonthPlan, planMonth } from "./plan_month.ts";
import { EarlierCloses, withPreviousCloses } from "./previous_closes.ts";
import { checkStoredDays, type DayOrigin, monthFacts, openStoredDays } from "./stored_days.ts";

/** The result for the bars of a month's days. */
export interface RefreshedMonth extends Refreshed {
  readonly month: string;
}

/**
 * Updates the stored bars of a month's trading days. Only those days are made again whose partitions have changed since, or
 * that were made by other rules; previous closes are filled in again if an earlier month has changed, so update earlier months
 * first. If the file is damaged, all its days are made again. The caller holds the venue's write lock. Keeps the new bars in
 * memory. Throws `DamagedPartition`, `CannotWrite`, the disk's errors and those of `breathe`; in this case the stored bars do
 * not change.
 */
export async function refreshMonth(
  files: DayFiles,
  month: string,
  tools: DeriveTools,
): Promise<RefreshedMonth> {
  const sources = await files.sources(month);
  const stored = await checkStoredDays(files.path(month));
  if (sources.days.length === 0 && stored === null) return { month, kind: "nothing", bars: 0, unmatched: 0 };
  const plan = planMonth(stored, sources);
  if (plan.isCurrent) {
    return { month, kind: "unchanged", bars: stored!.rows, unmatched: unmatchedOf(stored!.days) };
  }
  const written = await writeMonth(files, month, plan, tools);
  files.forget(month);
  return { month, kind: "written", ...written };
}

async function writeMonth(
  files: DayFiles,
  month: string,
  { standing, fresh }: MonthPlan,
  { layout, createdBy, breathe }: DeriveTools,
): Promise<Pick<Refreshed, "bars" | "unmatched">> {
  const path = files.path(month);
  const made = await Array.fromAsync(fresh, (date) => makeDay(files.index, date, null));
  const days = [...standing, ...made.map(({ origin }) => origin)].sort((a, b) => a.date < b.date ? -1 : 1);
  using earlier = await openEarlier(files, month);
  const batches = together(storedRows(path, standing), made);
  const closes = new EarlierCloses(earlier.all.toReversed().map(({ groups }) => groups()));
  const keep: Parameters<typeof writeBatches>[2] = (groups) =>
    monthFacts({ days, earlier: originsOf(earlier) }, groups);
  const options = { type: BARS_1D_ROWS, createdBy, breathe, workshop: workshopOf(layout, path) };
  const bars = await writeBatches(path, withPreviousCloses(batches, closes), keep, options);
  return { bars, unmatched: unmatchedOf(days) };
}

/** The stored bars of the days that stay. */
async function* storedRows(path: string, days: readonly DayOrigin[]): AsyncGenerator<RowGroup> {
  using file = days.length === 0 ? null : openIfThere(path);
  if (file === null) return;
  yield* ofDays((await openStoredDays(path, file)).groups(), days.map(({ date }) => date));
}

/** The files of earlier months, the oldest first. */
async function openEarlier(files: DayFiles, month: string): Promise<OpenFiles<OpenSource>> {
  const earlier = (await files.earlier(month)).map(({ date }) => ({ date, path: files.path(date) }));
  return await openSources(earlier, openStoredDays);
}

function unmatchedOf(days: readonly DayOrigin[]): number {
  return days.reduce((sum, { unmatched }) => sum + unmatched, 0);
}
