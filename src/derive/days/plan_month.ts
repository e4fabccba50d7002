import { areSameDays, type MonthDay } from "../../store/month/stored_month.ts";
import type { DayOrigin, StoredDays } from "./stored_days.ts";

/** From what the bars of a month's days can be made. */
export interface MonthSources {
  /** The trading days with stored rows, oldest first, and the partitions that have these rows. */
  readonly days: readonly Omit<DayOrigin, "unmatched">[];
  /** The files of earlier months. */
  readonly earlier: readonly MonthDay[];
}

/** What has to be done to update the bars of a month's days. */
export interface MonthPlan {
  /** The days whose stored bars can stay. */
  readonly standing: readonly DayOrigin[];
  /** The days to make from their partitions. */
  readonly fresh: readonly string[];
  /** Whether nothing has to be done. */
  readonly isCurrent: boolean;
}

/** Compares the sources of a month's file, null if there is none, with what is stored now. */
export function planMonth(stored: StoredDays | null, { days, earlier }: MonthSources): MonthPlan {
  const partitions = new Map(days.map((day) => [day.date, day.partitions]));
  const standing = stored?.isByRules
    ? stored.days.filter((day) => areSameDays(day.partitions, partitions.get(day.date) ?? []))
    : [];
  const known = new Set(standing.map(({ date }) => date));
  const fresh = days.map(({ date }) => date).filter((date) => !known.has(date));
  const isWhole = standing.length === stored?.days.length && fresh.length === 0;
  return { standing, fresh, isCurrent: isWhole && areSameDays(stored.earlier, earlier) };
}
