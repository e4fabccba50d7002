import type { Venue } from "./venue.ts";

/** One of a venue's services: what follows the venue in its name, such as `posttrade` or `pretradeOthers`. */
export type Service = string;

/** The service of executed trades. */
export const POSTTRADE: Service = "posttrade";

/** What all kinds of files of the exchange have in common. */
interface Named {
  readonly venue: Venue;
  readonly service: Service;
  /** `YYYY-MM-DD`: the date in its name; the spool keeps the file in the folder of this date. */
  readonly date: string;
  /** The name under which the spool keeps it. */
  readonly name: string;
  /** The names under which the exchange may serve it, in the order in which to request them; usually only `name`. */
  readonly servedAs: readonly [string, ...string[]];
}

/** What was published in one minute: `minute` of the UTC day `date`, 0 to 1439. */
export interface MinuteFile extends Named {
  readonly kind: "minute";
  readonly minute: number;
}

/** What was published on the trading day `date`, Europe/Berlin. */
export interface DailyFile extends Named {
  readonly kind: "daily";
}

/** A listed file whose name has no known form: the exchange may have renamed its files. */
export interface OddFile extends Named {
  readonly kind: "odd";
}

/** One file of the exchange. */
export type SourceFile = MinuteFile | DailyFile | OddFile;

const SERVICE = "(D[A-Z0-9]{3})-([a-z][A-Za-z0-9]*)";
const DATE = String.raw`(\d{4}-\d{2}-\d{2})`;
/** The forms of listed names; see the table in `listedFile`. */
const MINUTE_NAME = new RegExp(
  String.raw`^(?:${SERVICE}(?:-\d{4}-\d{2}-\d{2})?)?-${DATE}T(\d{2})_(\d{2})\.json\.gz$`,
);
const DAILY_NAME = new RegExp(String.raw`^${SERVICE}-daily-${DATE}\.json\.gz$`);
const MIDNIGHT_NAME = new RegExp(String.raw`^${SERVICE}-(\d{4})-daily-(\d{2}-\d{2})\.json\.gz$`);

/**
 * The characters allowed in an odd file's name. All names had a colon until 2024; a slash would lead to another folder.
 */
const SAFE_NAME = /^(?!.*\.\.)[A-Za-z0-9._:+-]{1,128}\.gz$/;
/**
 * A date in any way a name may write it, of this century and not part of a longer number or a time: eight digits alone
 * prove little.
 */
const ANY_DATE = /(?<![\dT])(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)/g;
/** How every name begins, including that of an odd file. */
const OWNER = /^(D[A-Z0-9]{3})[-_.]([a-z][A-Za-z0-9]*)(?![A-Za-z0-9])/;

/** The minute file of a service that covers minute `minute` (0 to 1439) of the UTC day `date`. */
export function minuteFile(
  venue: Venue,
  date: string,
  minute: number,
  service: Service = POSTTRADE,
): MinuteFile {
  const name = `${venue}-${service}-${date}T${clockOf(minute)}.json.gz`;
  return { kind: "minute", venue, service, date, minute, name, servedAs: [name] };
}

/** The daily file of a service for the trading day `date`. */
export function dailyFile(venue: Venue, date: string, service: Service = POSTTRADE): DailyFile {
  const name = `${venue}-${service}-daily-${date}.json.gz`;
  return { kind: "daily", venue, service, date, name, servedAs: [name] };
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
 * | daily, around midnight | `DETR-posttrade-2026-daily-09-25.json.gz` (that of 2026-09-25) |
 */
export function listedFile(listed: string, venue: Venue, service: Service = POSTTRADE): SourceFile | null {
  const file = listedMinute(listed, venue, service) ?? listedDaily(listed);
  return file?.venue === venue && file.service === service ? file : null;
}

function listedDaily(listed: string): DailyFile | null {
  const [, venue, service, ...dates] = DAILY_NAME.exec(listed) ?? MIDNIGHT_NAME.exec(listed) ?? [];
  const date = dates.join("-");
  if (venue === undefined || !isDate(date)) return null;
  const file = dailyFile(venue, date, service);
  return file.name === listed ? file : { ...file, servedAs: [listed, file.name] };
}

/** `venue` and `service` are those of a bare name. */
function listedMinute(listed: string, venue: Venue, service: Service): MinuteFile | null {
  const found = MINUTE_NAME.exec(listed);
  if (!found) return null;
  const [, owner = venue, named = service, date, hour, minute] = found;
  if (!isDate(date) || Number(hour) > 23 || Number(minute) > 59) return null;
  return minuteFile(owner, date, Number(hour) * 60 + Number(minute), named);
}

/** One file that has two listings; it is requested by both names, its usual name first if that is listed. */
export function listedTwice(first: SourceFile, second: SourceFile): SourceFile {
  const [usual, other] = first.servedAs[0] === first.name ? [first, second] : [second, first];
  const more = other.servedAs.filter((name) => !usual.servedAs.includes(name));
  return { ...usual, servedAs: [...usual.servedAs, ...more] };
}

/**
 * The file that a name of no known form may stand for: one that begins with the service, has a date, and can safely be
 * used as a file name. Null for others, and for a known name with a suffix, which is a copy.
 */
export function oddFile(name: string, venue: Venue, service: Service = POSTTRADE): OddFile | null {
  const [, owner, named] = OWNER.exec(name) ?? [];
  const date = dateNamed(name, venue, service);
  if (owner !== venue || named !== service || date === null || !SAFE_NAME.test(name)) return null;
  const [stem] = name.split(".json");
  if (listedFile(`${stem}.json.gz`, venue, service) !== null) return null;
  return { kind: "odd", venue, service, date, name, servedAs: [name] };
}

/** The last date in a name that also has the service, in any notation; null when it lacks one of them. */
export function dateNamed(name: string, venue: Venue, service: Service = POSTTRADE): string | null {
  if (!new RegExp(`${venue}[-_.]${service}(?![A-Za-z0-9])`, "i").test(name)) return null;
  const dates = Array.from(name.matchAll(ANY_DATE), ([, year, , month, day]) => `${year}-${month}-${day}`);
  return dates.findLast(isDate) ?? null;
}

/** The file of any service with exactly this name; null when there is none. */
export function fileNamed(name: string): SourceFile | null {
  const [, venue, service] = OWNER.exec(name) ?? [];
  if (venue === undefined) return null;
  const file = listedFile(name, venue, service);
  return file?.servedAs.includes(name) ? file : oddFile(name, venue, service);
}

/** `08_34` for minute 514: how a minute (0 to 1439) is written in names and in the ledger. */
export function clockOf(minute: number): string {
  return CLOCKS[minute];
}

/** Whether `text` is a date of the calendar in the form `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (text === lastDate) return true;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const millis = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(millis) || !new Date(millis).toISOString().startsWith(text)) return false;
  lastDate = text;
  return true;
}

/** The last text found to be a date: the 1,321 names of a day are checked one after the other. */
let lastDate: string | null = null;

/** Computed once: years of stored days have millions of minutes. */
const CLOCKS: readonly string[] = Array.from(
  { length: 24 * 60 },
  (_, minute) => `${twoDigits(Math.floor(minute / 60))}_${twoDigits(minute % 60)}`,
);

function twoDigits(n: number): string {
  return String(n).padStart(2, "0");
}
