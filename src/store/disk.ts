import { statfsSync } from "node:fs";
import { join } from "node:path";
import { dateOfHour } from "../feed/calendar/dates.ts";
import type { Venue } from "../feed/venue.ts";
import { entriesOf, infoOf } from "../system/atomic.ts";
import { QUOTES_BY_HOUR, RAW, TRADES_BY_DAY } from "./datasets.ts";
import { isOfTrades, newestPeriods, newestStoredDates, venuesBelow } from "./periods.ts";
import type { Layout } from "./layout.ts";

/** The number of last dates from which a day's size is estimated: a working week. */
const JUDGED_DATES = 5;
const HOURS_PER_DAY = 24;

/**
 * How many more days of trades and quotes fit on the disk, estimated from the largest of the last days of each venue in
 * the working directory; null when nothing is stored, or the system does not say.
 */
export function diskDaysLeft(layout: Layout): number | null {
  const bytes = tradesADay(layout) + quotesADay(layout);
  if (bytes === 0) return null;
  const free = freeBytes(layout.workingDirectory);
  return free === null ? null : Math.floor(free / bytes);
}

/** The free bytes on the disk of a path, for a user without privileges; null when the system does not say. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    // Without `--allow-sys=statfs` the program may not ask.
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

/** What a day of all venues' trades takes, by the largest of the last days of each; 0 when nothing is stored. */
export function tradesADay(layout: Layout): number {
  const venues = new Set([TRADES_BY_DAY, RAW].flatMap((tree) => venuesBelow(layout.venues(tree))));
  return venues.values().reduce((sum, venue) => sum + bytesADay(layout, venue), 0);
}

function quotesADay(layout: Layout): number {
  const venues = venuesBelow(layout.venues(QUOTES_BY_HOUR));
  return venues.reduce((sum, venue) => sum + largestDayOfQuotes(layout, venue), 0);
}

/** Adds up the partitions of hours; raw files are deleted as soon as they are stored. */
function largestDayOfQuotes(layout: Layout, venue: Venue): number {
  const hours = newestPeriods(layout, QUOTES_BY_HOUR, venue, JUDGED_DATES * HOURS_PER_DAY);
  const days = Map.groupBy(hours, dateOfHour).values();
  const sizeOfHour = (hour: string) => sizeOf(layout.partition(QUOTES_BY_HOUR, venue, hour));
  return Math.max(0, ...days.map((hours) => hours.reduce((sum, hour) => sum + sizeOfHour(hour), 0)));
}

function bytesADay(layout: Layout, venue: Venue): number {
  const last = newestStoredDates(layout, venue, JUDGED_DATES);
  return Math.max(0, ...last.map((date) => bytesOfDay(layout, venue, date)));
}

function bytesOfDay(layout: Layout, venue: Venue, date: string): number {
  const directory = layout.rawDay(venue, date);
  const raw = entriesOf(directory).filter(({ name, isFile }) => isFile && isOfTrades(name)).map(({ name }) =>
    sizeOf(join(directory, name))
  );
  return raw.reduce((sum, size) => sum + size, sizeOf(layout.partition(TRADES_BY_DAY, venue, date)));
}

function sizeOf(path: string): number {
  return infoOf(path)?.size ?? 0;
}
