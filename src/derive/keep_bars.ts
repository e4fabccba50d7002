import { isTradingOver } from "../feed/calendar/expected_files.ts";
import { dateAfter, monthOf } from "../feed/calendar/dates.ts";
import { DamagedFile } from "../store/damage.ts";
import { areCurrent, isCurrent } from "./days/read_days.ts";
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
  /** The month whose bars of a day were written: at most one. */
  readonly months: readonly RefreshedMonth[];
  /** How many months are left to later calls. */
  readonly monthsLeft: number;
  /** The first error that kept some bars from being made; null if there was none. */
  readonly failure: unknown;
}

/**
 * Updates the stored bars after publications to the partitions of these dates: the one-minute bars of all trading days that
 * they have rows of, and the bars of those days whose trading is over at `now`, in milliseconds since 1970. The newest
 * partitions are always looked at, because an earlier attempt may have failed or been killed. Of a day's bars, one month is
 * written, the oldest that is not up to date; later calls write the others, so that years of them do not hold up the trades.
 * The caller holds the venue's write lock. Does not throw: an error, that of `breathe` included, is part of the result. After
 * damage the other bars are made; after any other error nothing more is tried.
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
    if (!await areCurrent(files, over)) await keepMonths(files, over, tools, keeping);
  });
  return keeping;
}

/**
 * Writes one month, and counts those that are stale then: a new month changes what later ones were made from. `days` are
 * touched trading days that are over, oldest first, at least one.
 */
async function keepMonths(
  files: DayFiles,
  days: readonly string[],
  tools: DeriveTools,
  keeping: Keeping,
): Promise<void> {
  for (const month of monthsWith(files.index, days)) {
    await keeping.attempt(async () => {
      if (await isCurrent(files, month, days.filter((date) => monthOf(date) === month))) return;
      if (keeping.months.length > 0) keeping.monthsLeft++;
      else keeping.takeMonth(await refreshMonth(files, month, tools));
    });
  }
}

/** Collects what was made, and what went wrong. */
class Keeping implements KeptBars {
  readonly days: RefreshedDay[] = [];
  readonly months: RefreshedMonth[] = [];
  monthsLeft = 0;
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

/**
 * The months of the partitions and of these trading days, which may be earlier than any partition, oldest first. There is no
 * bar of a day yet in months after the last of them.
 */
function monthsWith({ dates }: PartitionIndex, days: readonly string[]): string[] {
  const last = monthOf(days.at(-1)!);
  return [...new Set([...dates, ...days].map(monthOf))].filter((month) => month <= last).sort();
}
