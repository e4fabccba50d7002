import { dateAfter } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import type { Layout } from "../../store/layout.ts";
import { infoOf } from "../../system/atomic.ts";

/** How many days are remembered: nine years of four venues. The oldest answer is forgotten first. */
const MOST = 10_000;

/**
 * What was found of trading days that are over, by their stored trades and raw files. It is remembered while these are
 * what they were: a calendar that is looked at again costs four looks at the disk for each day instead of two ledgers.
 */
export class KnownDays<Found> {
  readonly #days = new Map<string, { readonly stamp: string; readonly found: Found }>();

  constructor(readonly layout: Layout) {}

  /** What `find` returns for the day, or returned when its files were the same. Throws what `find` and the disk throw. */
  async of(venue: Venue, date: string, find: () => Promise<Found>): Promise<Found> {
    const key = `${venue} ${date}`;
    const stamp = this.#stampOf(venue, date);
    const known = this.#days.get(key);
    if (known?.stamp === stamp) return known.found;
    const found = await find();
    this.#days.delete(key);
    this.#days.set(key, { stamp, found });
    if (this.#days.size > MOST) this.#days.delete(this.#days.keys().next().value!);
    return found;
  }

  /** Changes with the files of the UTC date, and of the one before, which has the first hour of the day in summer. */
  #stampOf(venue: Venue, date: string): string {
    const paths = [dateAfter(date, -1), date].flatMap((date) => [
      this.layout.partition(TRADES_BY_DAY, venue, date),
      this.layout.rawDay(venue, date),
    ]);
    return paths.map(versionOf).join(" ");
  }
}

function versionOf(path: string): string {
  const info = infoOf(path);
  return info === null ? "-" : `${info.ino}/${info.size}/${info.mtime?.getTime()}`;
}
