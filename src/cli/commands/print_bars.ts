import { Pace } from "../../collect/pace.ts";
import { areCurrent, readDays } from "../../derive/days/read_days.ts";
import { DayFiles } from "../../derive/days/day_files.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import { type PlainRow, plainRows } from "../../derive/plain_rows.ts";
import { readMinutes } from "../../derive/read_minutes.ts";
import { widen, WIDTHS } from "../../derive/widen.ts";
import { BARS_1D_ROWS, BARS_1M_ROWS } from "../../feed/records/bars.ts";
import type { Batch } from "../../feed/records/batch.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "../exit.ts";
import { printRows, type RowOptions, type RowShape } from "../terminal/print_rows.ts";
import type { RowOutput } from "../terminal/row_output.ts";
import type { Collaborators } from "../wiring.ts";
import { chosenDays, type DayOptions } from "./chosen_days.ts";

/** Lengths of bars. */
export const INTERVALS = [...Object.keys(WIDTHS) as (keyof typeof WIDTHS)[], "1d"] as const;

/** Which bars to print; without `interval` those of a minute. */
export interface BarOptions {
  readonly isin?: ReadonlySet<string>;
  readonly currency?: string;
  readonly interval?: typeof INTERVALS[number];
}

/** Reads the bars of some days: sorted within each day, bars of a day within each month. */
export type ReadBars = (index: PartitionIndex, days: readonly string[]) => AsyncIterable<PlainRow>;

/** The trading days to print of a venue, and how to read their bars. */
export interface PrintQuestion {
  readonly days: (index: PartitionIndex) => Promise<readonly string[]>;
  readonly read: ReadBars;
}

/**
 * Prints the bars of the chosen days, venue by venue. Locks and writes nothing: bars that are not stored, or not up to date,
 * are computed for this output only. Returns the exit code.
 */
export function printBars(
  venues: readonly Venue[],
  options: BarOptions & DayOptions & RowOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<number> {
  const { columns } = options.interval === "1d" ? BARS_1D_ROWS : BARS_1M_ROWS;
  const shape = { name: "bars", columns: ["venue", ...columns.map(({ name }) => name)] };
  const days = (index: PartitionIndex) => chosenDays(index, options);
  return printVenues(venues, options, shape, { days, read: barsBy(options) }, tools, signal);
}

/** The same for any bars and a choice of their columns. */
export async function printVenues(
  venues: readonly Venue[],
  options: RowOptions,
  shape: RowShape,
  question: PrintQuestion,
  { layout, clock, onProgress }: Collaborators,
  signal: AbortSignal,
): Promise<number> {
  const pace = new Pace(clock, signal, onProgress);
  return await printRows(options, shape, async (rows) => {
    const codes: number[] = [];
    for (const venue of venues) {
      const index = new PartitionIndex(layout, venue, () => pace.breathe());
      codes.push(await printVenue(index, question, rows));
    }
    return combinedExitCode(codes);
  });
}

async function printVenue(
  index: PartitionIndex,
  { days: daysOf, read }: PrintQuestion,
  rows: RowOutput,
): Promise<number> {
  const { venue } = index;
  try {
    const days = await daysOf(index);
    for await (const bar of read(index, days)) rows.row({ venue, ...bar });
    if (days.length > 0) return EXIT.done;
    log.warning(`${venue}: no trades are stored for the requested days`);
    return EXIT.inPart;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    log.error(`${venue}: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}

/** Reads bars as the options say. */
export function barsBy({ isin, currency, interval = "1m" }: BarOptions): ReadBars {
  const isins = isin ?? null;
  if (interval === "1d") return (index, days) => inCurrency(dailyBars(index, days, isins), currency);
  return async function* (index, days) {
    for (const day of days) {
      const minutes = inCurrency(readMinutes(index, day, isins), currency);
      yield* interval === "1m" ? minutes : widen(minutes, WIDTHS[interval]);
    }
  };
}

async function* dailyBars(
  index: PartitionIndex,
  dates: readonly string[],
  isins: ReadonlySet<string> | null,
): AsyncGenerator<Batch> {
  const files = new DayFiles(index);
  if (!await areCurrent(files, dates)) {
    log.info(`${index.venue}: the stored bars are not up to date; what they lack is made of the trades`);
  }
  yield* readDays(files, { dates, isins });
}

async function* inCurrency(
  batches: AsyncIterable<Batch>,
  currency: string | undefined,
): AsyncGenerator<PlainRow> {
  for await (const batch of batches) {
    for (const bar of plainRows(batch)) {
      if (currency === undefined || bar.price_currency === currency) yield bar;
    }
  }
}
