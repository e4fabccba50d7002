/** Berlin's minutes on the UTC axis: which files a trading day has, and when its venue trades. */

import { isTradingDay } from "./holidays.ts";

const ZONE = "Europe/Berlin";

/** The first and the last minute of a trading day that have a file, whether its venue trades then or not. */
const FILED = { first: "01:00", last: "23:00" };

/** A half-open range of minutes, counted from 00:00 UTC of the trading day's date; negative: the day before. */
export interface Minutes {
  readonly from: number;
  readonly until: number;
}

/** The minutes from 00:00 to 24:00 in Berlin of `date` (YYYY-MM-DD), which is what a daily file covers. */
export function frankfurtDay(date: string): Minutes {
  const day = Temporal.PlainDate.from(date);
  return {
    from: utcMinute(date, day.toZonedDateTime(ZONE)),
    until: utcMinute(date, day.add({ days: 1 }).toZonedDateTime(ZONE)),
  };
}

/** The minutes of `date` for which there are files: 1,321 on a trading day, else none. */
export function filedMinutes(date: string): Minutes {
  if (!isTradingDay(date)) return { from: 0, until: 0 };
  const at = (plainTime: string) =>
    utcMinute(date, Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: ZONE, plainTime }));
  return { from: at(FILED.first), until: at(FILED.last) + 1 };
}

/** Minutes that Berlin is ahead of UTC at noon of `date`: 60 or 120. */
export function berlinOffset(date: string): number {
  const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: ZONE, plainTime: "12:00" });
  return noon.offsetNanoseconds / 60e9;
}

/** Seconds since 1970 UTC at which minute `minute` of `date` begins. */
export function epochSeconds(date: string, minute: number): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000 + minute * 60;
}

/** `2026-09-01T08:34` for the minute that begins at `seconds`. */
export function minuteText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16);
}

/** `count` days on which the exchange trades, from `date` on. */
export function tradingDays(date: string, count: number): string[] {
  const days: string[] = [];
  for (let day = Temporal.PlainDate.from(date); days.length < count; day = day.add({ days: 1 })) {
    if (isTradingDay(day.toString())) days.push(day.toString());
  }
  return days;
}

function utcMinute(date: string, time: Temporal.ZonedDateTime): number {
  return (time.epochMilliseconds / 1000 - epochSeconds(date, 0)) / 60;
}
