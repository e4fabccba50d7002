import type { Venue } from "./venue.ts";

/**
 * One posttrade file of the exchange. `date` is `YYYY-MM-DD`: for a minute file the UTC date of the minute
 * that it covers, for a daily file the trading day (Europe/Berlin). `minute` is the minute of that UTC day,
 * 0 to 1439, or null for a daily file.
 */
export interface SourceFile {
  readonly venue: Venue;
  readonly date: string;
  readonly minute: number | null;
  /** The name under which the exchange serves it and the spool keeps it. */
  readonly name: string;
}

/** The four forms in which names are listed; see the table in `listedFile`. */
const MINUTE_NAME =
  /^(?:(D[A-Z0-9]{3})-posttrade(?:-\d{4}-\d{2}-\d{2})?)?-(\d{4}-\d{2}-\d{2})T(\d{2})_(\d{2})\.json\.gz$/;
const DAILY_NAME = /^(D[A-Z0-9]{3})-posttrade-daily-(\d{4}-\d{2}-\d{2})\.json\.gz$/;

/** The minute file of `venue` that covers minute `minute` (0 to 1439) of the UTC day `date`. */
export function minuteFile(venue: Venue, date: string, minute: number): SourceFile {
  return { venue, date, minute, name: `${venue}-posttrade-${date}T${clockOf(minute)}.json.gz` };
}

/** The daily file of `venue` for the trading day `date`. */
export function dailyFile(venue: Venue, date: string): SourceFile {
  return { venue, date, minute: null, name: `${venue}-posttrade-daily-${date}.json.gz` };
}

/**
 * The file that `listed` stands for in a listing of `venue`; null when the name is none of the known forms
 * or another venue's.
 *
 * | form | example |
 * |---|---|
 * | whole | `DETR-posttrade-2026-09-01T08_34.json.gz` |
 * | after the prefix | `DETR-posttrade-2025-11-02-2025-11-03T08_04.json.gz` (the first date is the listing's) |
 * | bare | `-2025-10-31T22_00.json.gz` |
 * | daily | `DETR-posttrade-daily-2026-09-17.json.gz` |
 */
export function listedFile(listed: string, venue: Venue): SourceFile | null {
  const daily = DAILY_NAME.exec(listed);
  if (daily) return daily[1] === venue && isDate(daily[2]) ? dailyFile(venue, daily[2]) : null;
  const minute = MINUTE_NAME.exec(listed);
  if (!minute) return null;
  const [, owner, date, hour, clockMinute] = minute;
  if ((owner ?? venue) !== venue || !isDate(date) || Number(hour) > 23 || Number(clockMinute) > 59) {
    return null;
  }
  return minuteFile(venue, date, Number(hour) * 60 + Number(clockMinute));
}

/** The file that has exactly this name; null when no file is named so. */
export function fileNamed(name: string): SourceFile | null {
  const file = listedFile(name, name.slice(0, 4));
  return file?.name === name ? file : null;
}

/** `08_34` for minute 514: how a minute is written in names and in the ledger. */
export function clockOf(minute: number): string {
  return `${twoDigits(Math.floor(minute / 60))}_${twoDigits(minute % 60)}`;
}

/** Whether `text` is a date of the calendar in the form `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const millis = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text);
}

function twoDigits(n: number): string {
  return String(n).padStart(2, "0");
}
