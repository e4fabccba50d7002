import { monthOf } from "../../feed/calendar/dates.ts";
import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { openIfThere } from "../../store/data_file.ts";
import { areSameDays } from "../../store/month/stored_month.ts";
import { groupOf, type RowGroup } from "../../store/row_group.ts";
import { ofIsins, wantedBounds } from "../of_isins.ts";
import { barGroups } from "../stored_bars.ts";
import type { DayFiles } from "./day_files.ts";
import { makeDay, ofDays, together } from "./make_month.ts";
import { planMonth } from "./plan_month.ts";
import { EarlierCloses, lastCloses, withPreviousCloses } from "./previous_closes.ts";

/** Which bars of a day to read. */
export interface DaysQuestion {
  /** Trading days, oldest first. */
  readonly dates: readonly string[];
  /** Null means all instruments. */
  readonly isins: ReadonlySet<string> | null;
}

/**
 * The bars of trading days, month by month, sorted within each. Reads stored bars if they are up to date, and only those row
 * groups that may have one of the ISINs; otherwise makes the bars from the partitions and stores nothing. Previous closes then
 * take the bars of all earlier months, which is slow if none are stored. Throws `DamagedPartition`, `DamagedBars` and the
 * disk's errors.
 */
export async function* readDays(files: DayFiles, { dates, isins }: DaysQuestion): AsyncGenerator<RowGroup> {
  for (const [month, ofMonth] of Map.groupBy(dates, monthOf)) {
    const bars = await isCurrent(files, month, ofMonth)
      ? storedBars(files.path(month), isins)
      : madeBars(files, month, isins);
    yield* ofDays(bars, ofMonth);
  }
}

/** Whether the stored bars of these days are up to date, according to the footers. Throws as `readDays`. */
export async function areCurrent(files: DayFiles, dates: readonly string[]): Promise<boolean> {
  for (const [month, ofMonth] of Map.groupBy(dates, monthOf)) {
    if (!await isCurrent(files, month, ofMonth)) return false;
  }
  return true;
}

/** The same for days of one month, of whose other days nothing is asked. */
export async function isCurrent(files: DayFiles, month: string, dates: readonly string[]): Promise<boolean> {
  const stored = await files.stored(month);
  if (!stored?.isByRules || !areSameDays(stored.earlier, await files.earlier(month))) return false;
  for (const date of dates) {
    const { partitions } = await files.index.sourcesOf(date);
    const origin = stored.days.find((day) => day.date === date);
    if (!areSameDays(origin?.partitions ?? [], partitions)) return false;
  }
  return true;
}

async function* storedBars(path: string, isins: DaysQuestion["isins"]): AsyncGenerator<RowGroup> {
  using file = openIfThere(path);
  if (file === null) return;
  yield* ofIsins(await barGroups(path, file, BARS_1D_ROWS, wantedBounds(isins)), isins);
}

/** The bars of a month's days; those that are not stored are made from the partitions. */
async function* madeBars(
  files: DayFiles,
  month: string,
  isins: DaysQuestion["isins"],
): AsyncGenerator<RowGroup> {
  const earlier: RowGroup[][] = [];
  for (const before of (await files.months()).filter((other) => other < month)) {
    const closes = await Array.fromAsync(lastCloses(barsBeforeCloses(files, before, isins)));
    earlier.unshift(closes.map(groupOf));
  }
  const bars = withPreviousCloses(barsBeforeCloses(files, month, isins), new EarlierCloses(earlier));
  for await (const batch of bars) yield groupOf(batch);
}

/** The same, but with previous closes that may be wrong. */
async function* barsBeforeCloses(
  files: DayFiles,
  month: string,
  isins: DaysQuestion["isins"],
): AsyncGenerator<Batch> {
  const plan = planMonth(await files.stored(month), await files.sources(month));
  const made = await Array.fromAsync(plan.fresh, (date) => makeDay(files.index, date, isins));
  const standing = plan.standing.map(({ date }) => date);
  yield* together(ofDays(storedBars(files.path(month), isins), standing), made);
}
