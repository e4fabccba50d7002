import { monthOf } from "../../feed/calendar/dates.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { Clock } from "../../system/clock.ts";
import { fileNamed } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import type { Layout } from "../../store/layout.ts";
import { dayFiles } from "../../store/month/month.ts";
import { readPending } from "../../store/state/pending_record.ts";
import { type Month, type MonthDay, readMonth } from "../../store/month/stored_month.ts";
import { readPartition } from "../../store/stored_partition.ts";
import type { Pace } from "../pace.ts";
import { triedAgain } from "../pending.ts";
import { counted } from "../counted.ts";

/** What is needed to look at a month. */
export interface MonthTools {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly isTradingDay: (date: Temporal.PlainDate) => boolean;
}

/** What a month lacks before it is whole; none of this prevents a month file from being made. */
export interface Lacks {
  /** Whether the month is over, in UTC like the dates of its days. */
  readonly ended: boolean;
  /** Trading days before today without any stored data. */
  readonly missing: readonly string[];
  /** Files of the month that were listed at the last cycle and are not stored, except those that were given up. */
  readonly awaited: number;
}

/** What is stored of a month. */
export interface MonthState {
  /** `2026-09`. */
  readonly month: string;
  /** The partitions of its days, oldest first. */
  readonly days: readonly MonthDay[];
  /** Its file; null when there is none. */
  readonly stored: Month | null;
  readonly lacks: Lacks;
}

/** What is stored of a month, read from the footers of its files. Throws `DamagedPartition`, `DamagedMonth`. */
export async function stateOfMonth(
  venue: Venue,
  month: string,
  { layout, clock, isTradingDay }: MonthTools,
  pace: Pace,
): Promise<MonthState> {
  const days: MonthDay[] = [];
  for (const { date, path } of dayFiles(layout, venue, month)) {
    await pace.breathe();
    const partition = await readPartition(path, TRADES);
    if (partition !== null) days.push({ date, rows: partition.rows, digest: partition.digest });
  }
  const now = clock.now();
  const dates = new Set(days.map(({ date }) => date));
  const pending = [...triedAgain(readPending(layout.pendingRecord(venue))).keys()];
  return {
    month,
    days,
    stored: await readMonth(layout.partition(TRADES_BY_MONTH, venue, month), TRADES),
    lacks: {
      ended: hasEnded(month, now),
      missing: tradingDays(month, now, isTradingDay).filter((date) => !dates.has(date)),
      awaited: pending.filter((name) => fileNamed(name)?.date.startsWith(month)).length,
    },
  };
}

/** Whether a month lacks nothing. */
export function isWholeMonth({ ended, missing, awaited }: Lacks): boolean {
  return ended && missing.length === 0 && awaited === 0;
}

/** What a month lacks, in words; empty when nothing. */
export function lacksInWords({ ended, missing, awaited }: Lacks): string {
  return [
    ...ended ? [] : ["it is not over yet"],
    ...missing.length === 0 ? [] : [`nothing is stored of ${missing.join(", ")}`],
    ...awaited === 0 ? [] : [`${counted(awaited, "listed file")} not stored yet`],
  ].join("; ");
}

/** The last month that has ended at `now`. */
export function lastEndedMonth(now: number): string {
  return monthAt(now).subtract({ months: 1 }).toString();
}

/** The months that have a stored day, oldest first. */
export function storedMonths(layout: Layout, venue: Venue): string[] {
  const months = periodsOf(layout, TRADES_BY_DAY, venue).map((date) => monthOf(date));
  return [...new Set(months)];
}

export function hasEnded(month: string, now: number): boolean {
  return Temporal.PlainYearMonth.compare(month, monthAt(now)) < 0;
}

/** The trading days of a month that are over at `now`, in UTC. */
function tradingDays(month: string, now: number, isTradingDay: MonthTools["isTradingDay"]): string[] {
  const today = dateAt(now);
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return Array.from({ length: first.daysInMonth }, (_, days) => first.add({ days }))
    .filter((date) => Temporal.PlainDate.compare(date, today) < 0 && isTradingDay(date))
    .map(String);
}

function monthAt(now: number): Temporal.PlainYearMonth {
  return dateAt(now).toPlainYearMonth();
}

function dateAt(now: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO("UTC").toPlainDate();
}
