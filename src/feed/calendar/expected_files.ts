import { utcDateOf } from "./dates.ts";
import { isTradingDay } from "./holidays.ts";
import { type MinuteFile, minuteFile } from "../source_file.ts";
import { MARKET_ZONE, minuteStart } from "./trading_day.ts";
import type { Venue } from "../venue.ts";

const MILLIS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1440;

/**
 * The exchange lists a name for each minute of a trading day from 01:00 to 23:00 in Frankfurt, both included, whether
 * or not there is trading.
 * Source: listings of 2025 and 2026, seen by four collectors independently.
 */
const FIRST_NAME = "01:00";
const NAMES_A_DAY = 22 * 60 + 1;

/**
 * A minute file is listed so long after its minute begins.
 * Source: 37 listings fetched every 20 s, each name within a second of 14:00; the documents say 15.
 */
export const DUE_MINUTES = 14;

/**
 * The minute files that there should be of a venue and a trading day, `YYYY-MM-DD` in Frankfurt, oldest first: 1,321 on
 * each trading day, none at weekends and on holidays. The first hour of a day in summer has the UTC date of the day
 * before. The clocks change on Sundays only: no trading day is longer or shorter.
 */
export function expectedFiles(venue: Venue, tradingDay: string): MinuteFile[] {
  const date = Temporal.PlainDate.from(tradingDay);
  if (!isTradingDay(date)) return [];
  const first = date.toZonedDateTime({ timeZone: MARKET_ZONE, plainTime: FIRST_NAME }).epochMilliseconds;
  return Array.from({ length: NAMES_A_DAY }, (_, i) => minuteFileAt(venue, first + i * MILLIS_PER_MINUTE));
}

/** The same by UTC date: the rest of one trading day and, in summer, the first hour of the next one, oldest first. */
export function expectedFilesOn(venue: Venue, date: string): MinuteFile[] {
  const next = Temporal.PlainDate.from(date).add({ days: 1 }).toString();
  return [date, next].flatMap((day) => expectedFiles(venue, day)).filter((file) => file.date === date);
}

/** When the exchange lists a minute file, in milliseconds since 1970. */
export function dueAt({ date, minute }: MinuteFile): number {
  return minuteStart(date, minute + DUE_MINUTES);
}

function minuteFileAt(venue: Venue, millis: number): MinuteFile {
  const date = utcDateOf(millis);
  return minuteFile(venue, date, (millis / MILLIS_PER_MINUTE) % MINUTES_PER_DAY);
}
