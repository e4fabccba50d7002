import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { catchDamage, DamagedMonth, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_MONTH } from "../../store/datasets.ts";
import { examine } from "../../store/examine.ts";
import type { Layout } from "../../store/layout.ts";
import { dayFiles, shrunkDays, shrunkInWords } from "../../store/month/month.ts";
import { type Month, MONTH_FILE, type MonthDay } from "../../store/month/stored_month.ts";
import { readPartition } from "../../store/stored_partition.ts";
import { type Issue, issue } from "./issues.ts";
import type { Pace } from "../pace.ts";
import { counted } from "../counted.ts";

/** The result of verifying a month file. */
export interface VerifiedMonth {
  /** `2026-09`. */
  readonly month: string;
  /** Null when there is no file or it is damaged. */
  readonly stored: Month | null;
  readonly issues: readonly Issue[];
}

/** The days of a month: those whose partitions can be read, and the dates of the damaged ones. */
export interface Days {
  readonly readable: readonly MonthDay[];
  readonly damaged: ReadonlySet<string>;
}

/**
 * Reads back every row of a month file, and compares the days it was made from with those that are stored. Their
 * digests show that it holds their trades, without a comparison trade by trade. Writes nothing. Throws the signal's
 * reason.
 */
export async function verifyMonth(
  layout: Layout,
  venue: Venue,
  month: string,
  pace: Pace,
): Promise<VerifiedMonth> {
  const path = layout.partition(TRADES_BY_MONTH, venue, month);
  const read = () => examine(path, TRADES, MONTH_FILE, pace.breathe);
  const found = await catchDamage(DamagedMonth, read, (damage) => damage);
  if (found === null) return { month, stored: null, issues: [] };
  if (found instanceof DamagedMonth) {
    const remedy = "--repair sets it aside and rebuilds it from its days";
    return { month, stored: null, issues: [issue("damaged month", month, path, found.what, remedy)] };
  }
  const days = await daysOf(layout, venue, month, pace);
  return { month, stored: found, issues: monthIssues(venue, month, path, found, days) };
}

async function daysOf(layout: Layout, venue: Venue, month: string, pace: Pace): Promise<Days> {
  const readable: MonthDay[] = [];
  const damaged = new Set<string>();
  for (const { date, path } of dayFiles(layout, venue, month)) {
    await pace.breathe();
    const found = await catchDamage(DamagedPartition, () => readPartition(path, TRADES), (damage) => damage);
    if (found instanceof DamagedPartition) damaged.add(date); // reported as an issue of its own
    else if (found !== null) readable.push({ date, rows: found.rows, digest: found.digest });
  }
  return { readable, damaged };
}

/** Compares the days that a month was made from with those that are stored now, as far as they can be read. */
export function monthIssues(
  venue: Venue,
  month: string,
  path: string,
  { days }: Pick<Month, "days">,
  now: Days,
): Issue[] {
  const before = days.filter(({ date }) => !now.damaged.has(date));
  const shrunk = shrunkDays(before, now.readable);
  if (shrunk.length > 0) {
    const what = `it holds more than its days do now: ${shrunkInWords(shrunk)}`;
    return [
      issue(
        "shrunk days",
        month,
        path,
        what,
        "restore the days: the trades they have lost are in the month file",
      ),
    ];
  }
  const known = new Map(before.map(({ date, digest }) => [date, digest]));
  const changed = now.readable.filter(({ date, digest }) => known.get(date) !== digest);
  if (changed.length === 0) return [];
  const what = `${counted(changed.length, "day")} changed since it was made, ${changed[0].date} first`;
  const remedy = `xetra-parqed consolidate-month ${venue} --month ${month} rebuilds it`;
  return [issue("stale month", month, path, what, remedy)];
}
