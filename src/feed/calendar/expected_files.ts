import { dateAfter, MILLIS_PER_MINUTE, MINUTES_PER_DAY } from "./dates.ts";
import { isTradingDay } from "./holidays.ts";
import { type MinuteFile, minuteFile, POSTTRADE, type Service } from "../file_names.ts";
import { MARKET_ZONE, minuteStart } from "./trading_day.ts";
import { tradingHours, type Venue } from "../venue.ts";

/**
 * The first and last minute file of a trading day: the exchange lists a name for each minute from 01:00 to 23:00 in
 * Frankfurt, both included, whether or not there is trading. Source: listings of 2025 and 2026, seen by four collectors
 * independently.
 */
const FIRST_NAME = "01:00";
const NAMES_A_DAY = 22 * 60 + 1;

/**
 * How many minutes after the beginning of its minute a file is listed. Source: 37 listings fetched every 20 s, each
 * name within a second of 14:00; the documents say 15.
 */
export const DUE_MINUTES = 14;

/**
 * The minute files that should exist for a service and a trading day, `YYYY-MM-DD` in Frankfurt, oldest first: 1,321 on
 * each trading day, none on weekends and holidays. In summer the first hour of a day has the UTC date of the day
 * before. The clocks change only on Sundays, so every trading day has the same length.
 */
export function expectedFiles(venue: Venue, tradingDay: string, service: Service = POSTTRADE): MinuteFile[] {
  return expectedMinutes(tradingDay).flatMap((minutes) => filesOf({ venue, service }, minutes));
}

/** Consecutive minutes of a UTC date: `from` up to, not including, `until`. */
export interface DateMinutes {
  readonly date: string;
  readonly from: number;
  readonly until: number;
}

/** The minutes of the files of `expectedFiles`, by UTC date; the first date may have none. */
export function expectedMinutes(tradingDay: string): DateMinutes[] {
  return [dateAfter(tradingDay, -1), tradingDay].map((date) => minutesOn(tradingDay, date));
}

/**
 * The same for a UTC date: the rest of one trading day and, in summer, the first hour of the next one, oldest first.
 */
export function expectedFilesOn(venue: Venue, date: string, service: Service = POSTTRADE): MinuteFile[] {
  return [date, dateAfter(date)].flatMap((tradingDay) =>
    filesOf({ venue, service }, minutesOn(tradingDay, date))
  );
}

/** A minute of a UTC date. */
export type MinuteOfDate = Pick<MinuteFile, "date" | "minute">;

/** When the exchange lists a minute file, in milliseconds since 1970. */
export function dueAt({ date, minute }: MinuteOfDate): number {
  return minuteStart(date, minute + DUE_MINUTES);
}

/**
 * Whether all minute files of a venue's trading hours on a date in Frankfurt are listed at `now`, in milliseconds since
 * 1970.
 */
export function isTradingOver(venue: Venue, date: string, now: number): boolean {
  const { closes } = tradingHours(venue);
  const plainTime = Temporal.PlainTime.from({ hour: Math.floor(closes / 60), minute: closes % 60 });
  const end = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: MARKET_ZONE, plainTime });
  return now >= end.epochMilliseconds + DUE_MINUTES * MILLIS_PER_MINUTE;
}

/** Whose files they are. */
type Owner = Pick<MinuteFile, "venue" | "service">;

function filesOf({ venue, service }: Owner, { date, from, until }: DateMinutes): MinuteFile[] {
  return Array.from({ length: until - from }, (_, i) => minuteFile(venue, date, from + i, service));
}

/** The minutes of a trading day's files that have this UTC date. */
function minutesOn(tradingDay: string, date: string): DateMinutes {
  const day = Temporal.PlainDate.from(tradingDay);
  if (!isTradingDay(day)) return { date, from: 0, until: 0 };
  const begins = day.toZonedDateTime({ timeZone: MARKET_ZONE, plainTime: FIRST_NAME }).epochMilliseconds;
  const first = (begins - minuteStart(date, 0)) / MILLIS_PER_MINUTE;
  const from = Math.max(0, first);
  return { date, from, until: Math.max(from, Math.min(MINUTES_PER_DAY, first + NAMES_A_DAY)) };
}
