import { join } from "node:path";
import { fileNamed, isDate, POSTTRADE } from "../feed/source_file.ts";
import { isVenueCode, type Venue } from "../feed/venue.ts";
import { entriesOf } from "../system/atomic.ts";
import { DAY_LEVELS, type Layout } from "./layout.ts";

/** The dates that have a folder below `directory`, oldest first; none when it is not there. */
export function datesBelow(directory: string): string[] {
  return partsBelow(directory, DAY_LEVELS).map((parts) => parts.join("-")).filter(isDate);
}

/** The months that have a folder below `directory`, oldest first, such as `2026-09`. */
export function monthsBelow(directory: string): string[] {
  const months = partsBelow(directory, DAY_LEVELS.slice(0, 2)).map((parts) => parts.join("-"));
  return months.filter((month) => isDate(`${month}-01`));
}

/** The dates of which a venue has a partition or raw files of trades, oldest first. */
export function storedDates(layout: Layout, venue: Venue): string[] {
  const raw = datesBelow(layout.days("raw", venue)).filter((date) => hasTrades(layout.rawDay(venue, date)));
  return [...new Set([...datesBelow(layout.days("trades", venue)), ...raw])].sort();
}

/** Whether a folder of raw files holds anything but files of other services. */
function hasTrades(folder: string): boolean {
  return entriesOf(folder).some(({ name }) => (fileNamed(name)?.service ?? POSTTRADE) === POSTTRADE);
}

/** The venues that have a folder below `directory`, by name. */
export function venuesBelow(directory: string): Venue[] {
  return partsBelow(directory, ["venue"]).flat().filter(isVenueCode);
}

/** The values of folders named `key=value`, a level for each key; those of one folder together, in order. */
function partsBelow(directory: string, [key, ...deeper]: readonly string[]): string[][] {
  if (key === undefined) return [[]];
  return entriesOf(directory)
    .filter(({ name, isDirectory }) => isDirectory && name.startsWith(`${key}=`))
    .flatMap(({ name }) => {
      const value = name.slice(key.length + 1);
      return partsBelow(join(directory, name), deeper).map((parts) => [value, ...parts]);
    });
}
