import { areCurrent, readDays } from "../../derive/days/read_days.ts";
import { DayFiles } from "../../derive/days/day_files.ts";
import type { PartitionIndex } from "../../derive/partition_index.ts";
import { readMinutes } from "../../derive/read_minutes.ts";
import { widen, WIDTHS } from "../../derive/widen.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../feed/records/bars.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { chosenDays, type DayOptions } from "./chosen_days.ts";
import { type PrintOptions, printVenues, type ReadRows, rowsOf } from "./print_venues.ts";

/** Lengths of bars. */
export const INTERVALS = [...Object.keys(WIDTHS) as (keyof typeof WIDTHS)[], "1d"] as const;

/** Which bars to print; without `interval` those of a minute. */
export interface BarOptions {
  readonly isin?: ReadonlySet<string>;
  readonly currency?: string;
  readonly interval?: typeof INTERVALS[number];
}

/**
 * Prints the bars of the chosen days, venue by venue. Locks and writes nothing: bars that are not stored, or not up to date,
 * are computed for this output only. Returns the exit code.
 */
export function printBars(
  venues: readonly Venue[],
  options: BarOptions & DayOptions & PrintOptions,
  signal: AbortSignal,
): Promise<number> {
  const { isin, currency, interval } = options;
  const record = interval === "1d" ? BARS_1D_ROWS : BARS_1M_ROWS;
  const columns = ["venue", ...record.columns.map(({ name }) => name)];
  const foremost = [...columns.slice(0, columns.indexOf("open")), "close", "volume"];
  const shape = { name: "bars", columns, foremost };
  const days = (index: PartitionIndex) => chosenDays(index, options);
  const question = { noun: "bars", isin, currency, days, read: barsBy(options) };
  return printVenues(venues, options, shape, question, signal);
}

/** Reads bars as the options say, in all currencies. */
function barsBy({ isin, interval = "1m" }: BarOptions): ReadRows {
  const isins = isin ?? null;
  if (interval === "1d") return (index, days) => rowsOf(index, daysBars(index, days, isins));
  return async function* (index, days) {
    for (const day of days) {
      const minutes = rowsOf(index, readMinutes(index, day, isins));
      yield* interval === "1m" ? minutes : widen(minutes, WIDTHS[interval]);
    }
  };
}

/** The bars of these trading days, of these ISINs unless `isins` is null. Says so if they are not stored up to date. */
export async function* daysBars(
  index: PartitionIndex,
  dates: readonly string[],
  isins: ReadonlySet<string> | null,
): AsyncGenerator<RowGroup> {
  const files = new DayFiles(index);
  if (!await areCurrent(files, dates)) {
    log.info(`${index.venue}: the stored bars are not up to date; what they lack is made of the trades`);
  }
  yield* readDays(files, { dates, isins });
}
