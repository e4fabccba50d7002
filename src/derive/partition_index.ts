import { dateAfter, monthOf } from "../feed/calendar/dates.ts";
import { TRADES } from "../feed/records/trades.ts";
import type { Venue } from "../feed/venue.ts";
import { openIfThere } from "../store/data_file.ts";
import { TRADES_BY_DAY } from "../store/datasets.ts";
import { periodsOf } from "../store/periods.ts";
import type { Layout } from "../store/layout.ts";
import type { MonthDay } from "../store/month/stored_month.ts";
import { openStored, readContent } from "../store/stored_partition.ts";
import { type DateShare, TradingDateCounter } from "../store/date_shares.ts";
import { type DatedPartition, type DaySources, sourcesOf } from "./day_sources.ts";

/** A partition as described by its footer. */
export interface IndexedPartition extends DatedPartition, MonthDay {
  readonly path: string;
}

/** Knows which trading dates the partitions of a venue have; reads each footer once. */
export class PartitionIndex {
  readonly #known = new Map<string, IndexedPartition | null>();
  /** The UTC dates of the partitions, oldest first. */
  readonly dates: readonly string[];

  /** `breathe` is awaited before each footer. */
  constructor(readonly layout: Layout, readonly venue: Venue, readonly breathe: () => Promise<void>) {
    this.dates = periodsOf(layout, TRADES_BY_DAY, venue);
  }

  /**
   * The partitions from which a trading day is made. In Frankfurt a day begins an hour or two before the UTC date, and
   * its rows may be published days later. Throws `DamagedPartition`, and the disk's errors.
   */
  async sourcesOf(day: string): Promise<DaySources<IndexedPartition>> {
    const first = dateAfter(day, -2); // the day before may have its amended trades, and begins on this date
    return sourcesOf(day, await this.#partitions(this.dates.filter((date) => date >= first)));
  }

  /** The trading days with stored rows, oldest first. Throws as `sourcesOf`. */
  async days(): Promise<string[]> {
    const partitions = await this.#partitions(this.dates);
    return [...new Set(partitions.flatMap(({ shares }) => shares.map(({ date }) => date)))].sort();
  }

  /** The stored trading days of a month. Partitions that cannot have rows of it are not read. */
  async daysOf(month: string): Promise<string[]> {
    const first = dateAfter(`${month}-01`, -1); // in Frankfurt the day begins on that date
    const partitions = await this.#partitions(this.dates.filter((date) => date >= first));
    const days = partitions.flatMap(({ shares }) => shares.map(({ date }) => date));
    return [...new Set(days)].filter((date) => monthOf(date) === month).sort();
  }

  /** The last trading day with stored rows that `isWanted`; null if there is none. Reads only the newest footers. */
  async lastDay(isWanted: (date: string) => boolean = () => true): Promise<string | null> {
    let last: string | null = null;
    for (const date of this.dates.toReversed()) {
      if (last !== null && dateAfter(date) <= last) break; // in Frankfurt the next day begins on that date
      const [partition] = await this.#partitions([date]);
      const newest = partition?.shares.findLast((share) => isWanted(share.date))?.date;
      if (newest !== undefined && (last === null || newest > last)) last = newest;
    }
    return last;
  }

  /** The trading dates of these partitions, and how much they have of each. Throws as `sourcesOf`. */
  async sharesIn(partitions: readonly string[]): Promise<DateShare[]> {
    return (await this.#partitions([...new Set(partitions)])).flatMap(({ shares }) => shares);
  }

  async #partitions(dates: readonly string[]): Promise<IndexedPartition[]> {
    const partitions: IndexedPartition[] = [];
    for (const date of dates) {
      if (!this.#known.has(date)) this.#known.set(date, await this.#read(date));
      const partition = this.#known.get(date);
      if (partition) partitions.push(partition);
    }
    return partitions;
  }

  async #read(date: string): Promise<IndexedPartition | null> {
    await this.breathe();
    const path = this.layout.partition(TRADES_BY_DAY, this.venue, date);
    const partition = await readContent(path, TRADES);
    if (partition === null) return null;
    const { rows, digest, tradingDates } = partition;
    return { date, path, rows, digest, shares: tradingDates ?? await sharesByRows(path) };
  }
}

/** The same for a partition that an earlier version wrote, by reading the times of its rows. */
async function sharesByRows(path: string): Promise<readonly DateShare[]> {
  using file = openIfThere(path);
  if (file === null) return [];
  const counter = TradingDateCounter.of(TRADES)!;
  for (const group of (await openStored(path, file, TRADES)).groups()) counter.count(group);
  return counter.shares();
}
