import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { expectedFiles } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { dateInFrankfurt, minuteStart } from "../../feed/calendar/trading_day.ts";
import { isMinuteFile, type MinuteFile, type SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { grouped } from "../counted.ts";

/** A collection that stood still for longer is begun anew. */
const SEARCHED_DAYS = 31;

/** Minutes that were due after the newest stored one and that the exchange no longer lists. */
export interface Expired {
  readonly minutes: number;
  readonly first: MinuteFile;
  readonly last: MinuteFile;
}

/**
 * What a collection that stood still has missed for good: the minutes that should have been listed after `newest`, the
 * newest one that it has, in milliseconds since 1970, and before all that is listed. Null when there is none.
 */
export function expiredSince(newest: number, listed: readonly SourceFile[]): Expired | null {
  const minutes = listed.filter(isMinuteFile);
  if (minutes.length === 0) return null;
  const oldest = minutes.reduce((a, b) => startOf(b) < startOf(a) ? b : a);
  const { venue, service } = oldest;
  const missed = daysBetween(newest, startOf(oldest)).flatMap((day) => expectedFiles(venue, day, service))
    .filter((file) => startOf(file) > newest && startOf(file) < startOf(oldest));
  return missed.length === 0 ? null : { minutes: missed.length, first: missed[0], last: missed.at(-1)! };
}

/** `1,321 minutes of DGAT's quotes, … to …, are no longer listed: the exchange has deleted them`. */
export function expiredText(venue: Venue, { minutes, first, last }: Expired): string {
  return `${venue}: quotes of ${grouped(minutes)} minutes are lost, ${first.name} to ${last.name}: ` +
    `the exchange no longer lists them`;
}

function daysBetween(from: number, to: number): string[] {
  const last = dateInFrankfurt(to);
  const days = Array.from({ length: SEARCHED_DAYS }, (_, back) => last.subtract({ days: back })).reverse();
  const first = dateInFrankfurt(from + MILLIS_PER_MINUTE).toString();
  return days.filter(isTradingDay).map(String).filter((day) => day >= first);
}

function startOf({ date, minute }: MinuteFile): number {
  return minuteStart(date, minute);
}
