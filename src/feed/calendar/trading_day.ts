import { MILLIS_PER_MINUTE } from "./dates.ts";
import type { MinuteFile, SourceFile } from "../file_names.ts";
import { tradingHours } from "../venue.ts";

/** Where the exchange is: its trading days and hours are those of this zone. */
export const MARKET_ZONE = "Europe/Berlin";

/** A minute file's own minute: when it begins, in milliseconds since 1970 UTC. */
export function minuteStart(date: string, minute: number): number {
  return Date.parse(`${date}T00:00:00Z`) + minute * MILLIS_PER_MINUTE;
}

/**
 * The trading day, 00:00 to 24:00 in Frankfurt, to which a file belongs. A minute file from 23:00 or 22:00 UTC on
 * belongs to the day after its date.
 */
export function tradingDayOf(file: SourceFile): string {
  if (file.kind !== "minute") return file.date;
  return dateInFrankfurt(minuteStart(file.date, file.minute)).toString();
}

/** Whether the venue trades in the minute of a minute file, by its timetable; holidays do not count. */
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
