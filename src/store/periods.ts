import { join } from "node:path";
import { fileNamed, isDate, POSTTRADE } from "../feed/file_names.ts";
import { isVenueCode, type Venue } from "../feed/venue.ts";
import { entriesOf } from "../system/atomic.ts";
import { type Grain, RAW, TRADES_BY_DAY, type Tree } from "./datasets.ts";
import { type Layout, levelsOf } from "./layout.ts";

/** What stands before the year, month, day and hour of a period. */
const SEPARATORS = ["", "-", "-", "T"];
/** The end of this text completes a month or a day to its first hour. */
const FIRST_HOUR = "2000-01-01T00";
const LENGTHS: Readonly<Record<Grain, number>> = { month: 7, day: 10, hour: FIRST_HOUR.length };

/**
 * The months, days or hours for which a venue has a folder, oldest first; empty when there are none. If `within` names
 * a month or a date such as `2026-09`, only its folders are read.
 */
export function periodsOf(layout: Layout, tree: Tree, venue: Venue, within = ""): string[] {
  return [...periodsIn(layout.ofVenue(tree, venue), tree.grain, { within })];
}

/** The last of them; null when there is none. The folders of the others are not read. */
export function newestPeriodOf(layout: Layout, tree: Tree, venue: Venue): string | null {
  const [newest = null] = periodsIn(layout.ofVenue(tree, venue), tree.grain, { newestFirst: true }).take(1);
  return newest;
}

/** The same for the folder that contains them. */
export function periodsBelow(directory: string, grain: Grain): string[] {
  return [...periodsIn(directory, grain)];
}

function periodsIn(directory: string, grain: Grain, walk: Walk = {}): IteratorObject<string> {
  return partsBelow(directory, levelsOf(grain), walk).map(periodNamed)
    .filter((period) => isPeriod(period, grain));
}

/** Joins the parts of a period, `2026-09-01T08`, or as many of them as there are. */
export function periodNamed(parts: readonly string[]): string {
  return parts.map((part, i) => `${SEPARATORS[i]}${part}`).join("");
}

/** Whether a text is a valid month, day or hour, depending on the grain. */
export function isPeriod(period: string, grain: Grain): boolean {
  const hour = `${period}${FIRST_HOUR.slice(period.length)}`;
  return period.length === LENGTHS[grain] && isDate(hour.slice(0, LENGTHS.day)) &&
    /T([01]\d|2[0-3])$/.test(hour);
}

/** The dates for which a venue has a partition or raw files of trades, oldest first. */
export function storedDates(layout: Layout, venue: Venue): string[] {
  const raw = periodsOf(layout, RAW, venue).filter((date) => hasTrades(layout.rawDay(venue, date)));
  return [...new Set([...periodsOf(layout, TRADES_BY_DAY, venue), ...raw])].sort();
}

/** The last `count` of these dates, oldest first; the folders of other dates are not read. */
export function newestStoredDates(layout: Layout, venue: Venue, count: number): string[] {
  const newest = (tree: Tree) => periodsIn(layout.ofVenue(tree, venue), tree.grain, { newestFirst: true });
  const raw = newest(RAW).filter((date) => hasTrades(layout.rawDay(venue, date)));
  const dates = new Set([...newest(TRADES_BY_DAY).take(count), ...raw.take(count)]);
  return [...dates].sort().slice(-count);
}

/** The last `count` months, days or hours for which a venue has a folder, newest first. */
export function newestPeriods(layout: Layout, tree: Tree, venue: Venue, count: number): string[] {
  return [...periodsIn(layout.ofVenue(tree, venue), tree.grain, { newestFirst: true }).take(count)];
}

/** Whether a folder of raw files holds anything but files of other services. */
function hasTrades(folder: string): boolean {
  return entriesOf(folder).some(({ name }) => isOfTrades(name));
}

/** Whether a raw file of this name is not one of another service. */
export function isOfTrades(name: string): boolean {
  return (fileNamed(name)?.service ?? POSTTRADE) === POSTTRADE;
}

/** The venues that have a folder below `directory`, sorted by name. */
export function venuesBelow(directory: string): Venue[] {
  return [...partsBelow(directory, ["venue"])].flat().filter(isVenueCode);
}

/** Which folders to visit, and in which order; default all, oldest first. */
interface Walk {
  /** Only folders of this period. */
  readonly within?: string;
  readonly newestFirst?: boolean;
}

/** The values of folders named `key=value`, with one level for each key, in order. */
function* partsBelow(
  directory: string,
  [key, ...deeper]: readonly string[],
  walk: Walk = {},
  above: readonly string[] = [],
): Generator<readonly string[]> {
  if (key === undefined) return yield above;
  const { within = "", newestFirst = false } = walk;
  const folders = entriesOf(directory).filter(({ name, isDirectory }) =>
    isDirectory && name.startsWith(`${key}=`)
  );
  for (const { name } of newestFirst ? folders.reverse() : folders) {
    const parts = [...above, name.slice(key.length + 1)];
    if (!within.startsWith(periodNamed(parts).slice(0, within.length))) continue;
    yield* partsBelow(join(directory, name), deeper, walk, parts);
  }
}
