import { dateOfHour, MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { DUE_MINUTES, expectedFilesOn } from "../../feed/calendar/expected_files.ts";
import { minuteStart } from "../../feed/calendar/trading_day.ts";
import { clockOf, type MinuteFile, type Service } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";

/** An hour of a UTC date, `2026-09-01T08`: what a partition of quotes holds. */
export type Hour = string;

const MINUTES_PER_HOUR = 60;
/** Names appear within a second of their time; a delayed listing is waited for this long. */
const LATE_MINUTES = 5;
/** A file that cannot be had is tried again in later cycles; the hour waits for it this long after its end. */
const PATIENCE_MINUTES = 90;

/** The hour in whose partition a minute file's rows belong. */
export function hourOf({ date, minute }: MinuteFile): Hour {
  return `${date}T${clockOf(minute).slice(0, 2)}`;
}

/** The minute files that services should list for an hour, by the trading calendar. */
export function expectedOfHour(venue: Venue, services: readonly Service[], hour: Hour): MinuteFile[] {
  return services.flatMap((service) => expectedFilesOn(venue, dateOfHour(hour), service))
    .filter((file) => hourOf(file) === hour);
}

/** What decides whether an hour may wait for more of its files. */
export interface HourSituation {
  /** The files that it should have, and those that are listed. */
  readonly files: readonly MinuteFile[];
  /** Whether a file is stored or in the spool, or will not come. */
  readonly isSettled: (file: MinuteFile) => boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Until when an hour waits for its other files, in milliseconds since 1970; null when it is published now: everything that
 * it should have is there, or what is missing will not be listed any more, or has been tried for too long.
 */
export function waitsUntil(hour: Hour, { files, isSettled, now }: HourSituation): number | null {
  if (files.every(isSettled)) return null;
  const until = hourStart(hour) + (MINUTES_PER_HOUR + PATIENCE_MINUTES) * MILLIS_PER_MINUTE;
  return now < until ? until : null;
}

/** Whether a name that is not listed by now will not be. */
export function isLate({ date, minute }: MinuteFile, now: number): boolean {
  return minuteStart(date, minute + DUE_MINUTES + LATE_MINUTES) <= now;
}

function hourStart(hour: Hour): number {
  return Date.parse(`${hour}:00:00Z`);
}
