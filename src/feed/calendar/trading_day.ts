import { MILLIS_PER_MINUTE } from "./dates.ts";
import type { MinuteFile, SourceFile } from "../file_names.ts";
import { tradingHours } from "../venue.ts";

/** The exchange's time zone: its trading days and hours are defined in it. */
export const MARKET_ZONE = "Europe/Berlin";

/** The beginning of a minute file's minute, in milliseconds since 1970 UTC. */
export function minuteStart(date: string, minute: number): number {
  if (date !== lastDate.date) lastDate = { date, start: Date.parse(`${date}T00:00:00Z`) };
  return lastDate.start + minute * MILLIS_PER_MINUTE;
}

/** The last date that was asked for: all minutes of a day are, one after the other. */
let lastDate = { date: "", start: NaN };

/**
 * The trading day that a file belongs to, 00:00 to 24:00 in Frankfurt. A minute file from 23:00 UTC on (in summer
 * 22:00) belongs to the day after its date.
 */
export function tradingDayOf(file: SourceFile): string {
  if (file.kind !== "minute") return file.date;
  const hour = minuteStart(file.date, file.minute - file.minute % 60);
  if (hour !== lastHour.start) lastHour = { start: hour, day: dateInFrankfurt(hour).toString() };
  return lastHour.day;
}

/** The last answer: it is asked of the names of a day one after the other, and days begin with an hour of UTC. */
let lastHour = { start: NaN, day: "" };

/** Whether the venue trades in the minute of a minute file, by its timetable; ignores holidays. */
export function isInTradingHours({ venue, date, minute }: MinuteFile): boolean {
  const time = inFrankfurt(minuteStart(date, minute));
  const { opens, closes } = tradingHours(venue);
  const clock = time.hour * 60 + time.minute;
  return time.dayOfWeek <= 5 && opens <= clock && clock < closes;
}

/** The date in Frankfurt of a moment in milliseconds since 1970. */
export function dateInFrankfurt(millis: number): Temporal.PlainDate {
  return inFrankfurt(millis).toPlainDate();
}

function inFrankfurt(millis: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(MARKET_ZONE);
}
