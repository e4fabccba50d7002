import { Pace } from "../../collect/pace.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "../exit.ts";
import { printRows, type RowOptions, type RowShape } from "../terminal/print_rows.ts";
import type { RowOutput } from "../terminal/row_output.ts";
import type { Collaborators } from "../wiring.ts";

/** Reads rows of some trading days. */
export type ReadRows = (index: PartitionIndex, days: readonly string[]) => AsyncIterable<PlainRow>;

/** The trading days to print of a venue, and how to read its rows. */
export interface PrintQuestion {
  readonly days: (index: PartitionIndex) => Promise<readonly string[]>;
  readonly read: ReadRows;
}

/** Prints rows of trading days, venue by venue, also after a failure. Returns the exit code. */
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
    for await (const row of read(index, days)) rows.row({ venue, ...row });
    if (days.length > 0) return EXIT.done;
    log.warning(`${venue}: no trades are stored for the requested days`);
    return EXIT.inPart;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    log.error(`${venue}: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}
