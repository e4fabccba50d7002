import type { Venue } from "./venue.ts";

/** One of a venue's services: what follows the venue in its name, such as `posttrade` or `pretradeOthers`. */
export type Service = string;

/** The service of executed trades. */
export const POSTTRADE: Service = "posttrade";

/** What files of the exchange have in common. */
interface Named {
  readonly venue: Venue;
  readonly service: Service;
  /** `YYYY-MM-DD`: the date in its name, in whose folder the spool keeps it. */
  readonly date: string;
  /** The name under which the exchange serves it and the spool keeps it. */
  readonly name: string;
}

/** What was published in one minute, `minute` of the UTC day `date`, 0 to 1439. */
export interface MinuteFile extends Named {
  readonly kind: "minute";
  readonly minute: number;
}

/** What was published on the trading day `date`, Europe/Berlin. */
export interface DailyFile extends Named {
  readonly kind: "daily";
}

/** One file of the exchange. */
export type SourceFile = MinuteFile | DailyFile;

const SERVICE = "(D[A-Z0-9]{3})-([a-z][A-Za-z0-9]*)";
const DATE = String.raw`(\d{4}-\d{2}-\d{2})`;
/** The four forms in which names are listed; see the table in `listedFile`. */
const MINUTE_NAME = new RegExp(
  String.raw`^(?:${SERVICE}(?:-\d{4}-\d{2}-\d{2})?)?-${DATE}T(\d{2})_(\d{2})\.json\.gz$`,
);
const DAILY_NAME = new RegExp(String.raw`^${SERVICE}-daily-${DATE}\.json\.gz$`);

/** How every name begins. */
const OWNER = new RegExp(`^${SERVICE}-`);

/** The minute file of a service that covers minute `minute` (0 to 1439) of the UTC day `date`. */
export function minuteFile(
  venue: Venue,
  date: string,
  minute: number,
  service: Service = POSTTRADE,
): MinuteFile {
  const name = `${venue}-${service}-${date}T${clockOf(minute)}.json.gz`;
  return { kind: "minute", venue, service, date, minute, name };
}

/** The daily file of a service for the trading day `date`. */
export function dailyFile(venue: Venue, date: string, service: Service = POSTTRADE): DailyFile {
  return { kind: "daily", venue, service, date, name: `${venue}-${service}-daily-${date}.json.gz` };
}

/** Whether a file covers a single minute. */
export function isMinuteFile(file: SourceFile): file is MinuteFile {
  return file.kind === "minute";
}

/**
 * The file that `listed` stands for in the listing of a service; null when the name is none of the known forms
 * or another service's.
 *
 * | form | example |
 * |---|---|
 * | whole | `DETR-posttrade-2026-09-01T08_34.json.gz` |
 * | after the prefix | `DETR-posttrade-2025-11-02-2025-11-03T08_04.json.gz` (the first date is the listing's) |
 * | bare | `-2025-10-31T22_00.json.gz` |
 * | daily | `DETR-posttrade-daily-2026-09-17.json.gz` |
 */
export function listedFile(listed: string, venue: Venue, service: Service = POSTTRADE): SourceFile | null {
  const isOurs = (owner = venue, named = service) => owner === venue && named === service;
  const daily = DAILY_NAME.exec(listed);
  if (daily) {
    return isOurs(daily[1], daily[2]) && isDate(daily[3]) ? dailyFile(venue, daily[3], service) : null;
  }
  const minute = MINUTE_NAME.exec(listed);
  if (!minute) return null;
  const [, owner, named, date, hour, clockMinute] = minute;
  if (!isOurs(owner, named) || !isDate(date) || Number(hour) > 23 || Number(clockMinute) > 59) return null;
  return minuteFile(venue, date, Number(hour) * 60 + Number(clockMinute), service);
}

/** The file of any service that has exactly this name; null when no file is named so. */
export function fileNamed(name: string): SourceFile | null {
  const [, venue, service] = OWNER.exec(name) ?? [];
  if (venue === undefined) return null;
  const file = listedFile(name, venue, service);
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
