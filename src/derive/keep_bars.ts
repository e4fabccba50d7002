import { isTradingOver } from "../feed/calendar/expected_files.ts";
import { dateAfter, monthOf } from "../feed/calendar/dates.ts";
import { DamagedFile } from "../store/damage.ts";
import { areCurrent } from "./days/read_days.ts";
import { DayFiles } from "./days/day_files.ts";
import { type RefreshedMonth, refreshMonth } from "./days/refresh_month.ts";
import type { PartitionIndex } from "./partition_index.ts";
import { areMinutesCurrent, type DeriveTools, type RefreshedDay, refreshMinutes } from "./refresh_minutes.ts";

/**
 * How many of the newest partitions are looked at when nothing was published to them: today's, and the two before, to which
 * daily files add.
 */
const LOOKED_AT = 3;

/** The bars that were made to keep the stored ones current. */
export interface KeptBars {
  /** Trading days whose one-minute bars were written. */
  readonly days: readonly RefreshedDay[];
  /** Months whose bars of a day were written. */
  readonly months: readonly RefreshedMonth[];
  /** The first error that kept some bars from being made; null if there was none. */
  readonly failure: unknown;
}

/**
 * Updates the stored bars after publications to the partitions of these dates: the one-minute bars of all trading days that
 * they have rows of, and the bars of those days whose trading is over at `now`, in milliseconds since 1970. The newest
 * partitions are always looked at, because an earlier attempt may have failed or been killed. The caller holds the venue's write
 * lock. Does not throw: an error, that of `breathe` included, is part of the result. After damage the other bars are made; after
 * any other error nothing more is tried.
 */
export async function keepBars(
  index: PartitionIndex,
  published: readonly string[],
  now: number,
  tools: DeriveTools,
): Promise<KeptBars> {
  const keeping = new Keeping();
  await keeping.attempt(async () => {
    const touched = await touchedDays(index, published);
    for (const date of touched) {
      await keeping.attempt(async () => {
        if (!await areMinutesCurrent(index, date)) keeping.takeDay(await refreshMinutes(index, date, tools));
      });
    }
    const over = touched.filter((date) => isTradingOver(index.venue, date, now));
    const files = new DayFiles(index, now);
    for (const month of await areCurrent(files, over) ? [] : await staleMonths(files, over)) {
      await keeping.attempt(async () => keeping.takeMonth(await refreshMonth(files, month, tools)));
    }
  });
  return keeping;
}

/** Collects what was made, and what went wrong. */
class Keeping implements KeptBars {
  readonly days: RefreshedDay[] = [];
  readonly months: RefreshedMonth[] = [];
  failure: unknown = null;

  takeDay(day: RefreshedDay): void {
    if (day.kind === "written") this.days.push(day);
  }

  takeMonth(month: RefreshedMonth): void {
    if (month.kind === "written") this.months.push(month);
  }

  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.failure !== null && !(this.failure instanceof DamagedFile)) return;
    try {
      await work();
    } catch (error) {
      if (this.failure === null || !(error instanceof DamagedFile)) this.failure = error;
    }
  }
}

/** The trading days whose bars may have changed, oldest first. Throws as `PartitionIndex`. */
async function touchedDays(index: PartitionIndex, published: readonly string[]): Promise<string[]> {
  const touched = new Set<string>();
  const newest = index.dates.slice(-LOOKED_AT);
  for (const { date, amendments } of await index.sharesIn([...published, ...newest])) {
    touched.add(date);
    if (amendments > 0) [dateAfter(date, -1), dateAfter(date)].forEach((beside) => touched.add(beside));
  }
  return [...touched].sort();
}

/** From the first month of these days on, and those before that are not stored yet, oldest first. */
async function staleMonths(files: DayFiles, days: readonly string[]): Promise<string[]> {
  if (days.length === 0) return [];
  const first = monthOf(days[0]);
  const months = [...new Set(files.index.dates.map(monthOf))];
  const stale: string[] = [];
  for (const month of months) if (month >= first || await files.stored(month) === null) stale.push(month);
  return stale;
}
