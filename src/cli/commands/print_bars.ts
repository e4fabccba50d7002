import { PartitionIndex } from "../../derive/partition_index.ts";
import { type PlainRow, plainRows } from "../../derive/plain_rows.ts";
import { readMinutes } from "../../derive/read_minutes.ts";
import { widen, WIDTHS } from "../../derive/widen.ts";
import { BARS_1M_ROWS } from "../../feed/records/bars.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Pace } from "../../collect/pace.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "../exit.ts";
import { CsvOutput, JsonOutput, type RowOutput, TableOutput, writeOut } from "../terminal/row_output.ts";
import type { Collaborators } from "../wiring.ts";

/** Which bars to print, and how; without `csv` and `json` as a table. */
export interface PrintOptions {
  readonly isin?: ReadonlySet<string>;
  readonly currency?: string;
  readonly interval?: keyof typeof WIDTHS;
  readonly csv?: true;
  readonly json?: true;
}

const COLUMNS = ["venue", ...BARS_1M_ROWS.columns.map(({ name }) => name)];

/**
 * Prints the bars of the days that `daysOf` chooses, venue by venue. Locks and writes nothing: bars that are not stored
 * or not up to date are computed for this output only. Ends when the reader closes the pipe. Returns the exit code.
 */
export async function printBars(
  venues: readonly Venue[],
  options: PrintOptions,
  daysOf: (index: PartitionIndex) => Promise<readonly string[]>,
  { layout, clock, onProgress }: Collaborators,
  signal: AbortSignal,
): Promise<number> {
  const pace = new Pace(clock, signal, onProgress);
  const output = outputOf(options);
  const codes: number[] = [];
  try {
    for (const venue of venues) {
      const index = new PartitionIndex(layout, venue, () => pace.breathe());
      codes.push(await printVenue(index, options, daysOf, output));
    }
    output.end();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
  return combinedExitCode([...codes]);
}

async function printVenue(
  index: PartitionIndex,
  options: PrintOptions,
  daysOf: (index: PartitionIndex) => Promise<readonly string[]>,
  output: RowOutput,
): Promise<number> {
  const { venue } = index;
  try {
    const days = await daysOf(index);
    for (const day of days) {
      for await (const bar of barsOf(index, day, options)) output.row({ venue, ...bar });
    }
    if (days.length > 0) return EXIT.done;
    log.warning(`${venue}: no trades are stored for the requested days`);
    return EXIT.inPart;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    log.error(`${venue}: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}

function barsOf(
  index: PartitionIndex,
  day: string,
  { isin, currency, interval = "1m" }: PrintOptions,
): AsyncGenerator<PlainRow> {
  const minutes = async function* () {
    for await (const batch of readMinutes(index, day, isin ?? null)) {
      for (const bar of plainRows(batch)) {
        if (currency === undefined || bar.price_currency === currency) yield bar;
      }
    }
  };
  return interval === "1m" ? minutes() : widen(minutes(), WIDTHS[interval]);
}

function outputOf({ csv, json }: PrintOptions): RowOutput {
  if (csv) return new CsvOutput(COLUMNS, writeOut);
  return json ? new JsonOutput("bars", writeOut) : new TableOutput(COLUMNS);
}
