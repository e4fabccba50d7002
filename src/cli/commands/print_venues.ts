import { Pace } from "../../collect/pace.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "../exit.ts";
import { printRows, type RowOptions, type RowShape } from "../terminal/print_rows.ts";
import type { RowOutput } from "../terminal/row_output.ts";
import type { Collaborators } from "../wiring.ts";
import { missingText } from "./missing_isins.ts";

/** Reads rows of some trading days. */
export type ReadRows = (index: PartitionIndex, days: readonly string[]) => AsyncIterable<PlainRow>;

/** What to print of a venue. */
export interface PrintQuestion {
  /** What its rows are called, such as `bars in USD`. */
  readonly noun: string;
  /** The instruments that were asked for; undefined: all. */
  readonly isin?: ReadonlySet<string>;
  readonly days: (index: PartitionIndex) => Promise<readonly string[]>;
  readonly read: ReadRows;
}

/** Prints rows of trading days, venue by venue, also after a failure; names ISINs without a row. Returns the exit code. */
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
  { noun, isin: isins = new Set(), days: daysOf, read }: PrintQuestion,
  rows: RowOutput,
): Promise<number> {
  const { venue } = index;
  try {
    const days = await daysOf(index);
    if (days.length === 0) {
      log.warning(`${venue}: no trades are stored for the requested days`);
      return EXIT.inPart;
    }
    const without = new Set(isins);
    for await (const row of read(index, days)) {
      without.delete(String(row.isin));
      rows.row({ venue, ...row });
    }
    if (without.size > 0) log.warning(`${venue}: no ${noun} of ${missingText(without)} ${spanText(days)}`);
    return EXIT.done;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    log.error(`${venue}: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}

/** `on 2026-09-01`, or `from 2026-09-01 to 2026-09-30`; the days are in order. */
function spanText(days: readonly string[]): string {
  return days.length === 1 ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
}
