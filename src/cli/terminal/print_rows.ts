import type { Venue } from "../../feed/venue.ts";
import { forAllVenues, forEachVenue } from "../run_command.ts";
import { CsvOutput, JsonOutput, type RowOutput, TableOutput, writeOut } from "./row_output.ts";
import { writeOutput } from "./write_output.ts";

/** How rows are printed, and where. */
export interface RowOptions {
  readonly csv?: true;
  readonly json?: true;
  /** A file to write instead of stdout. */
  readonly output?: string;
}

/** The columns of the rows, and their name in JSON. */
export interface RowShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** Those that a narrow terminal shows before the others; default: from the left. */
  readonly foremost?: readonly string[];
}

/**
 * Prints the rows that `printVenue` passes on of each venue, as CSV or JSON if requested, else as a table. Files get CSV unless
 * JSON is requested, and appear when they are complete: the first failure of a venue is thrown, which on stdout is logged, and
 * the other venues follow. Ends when the reader of stdout closes the pipe. Returns the exit code; throws `CannotWrite` and
 * `CannotPrint`.
 */
export async function printRows(
  { csv, json, output }: RowOptions,
  { name, columns, foremost }: RowShape,
  venues: readonly Venue[],
  printVenue: (venue: Venue, rows: RowOutput) => Promise<number>,
): Promise<number> {
  const ofVenues = output === undefined ? forEachVenue : forAllVenues;
  const print = async (write: (text: string) => void) => {
    const isCsv = csv || (output !== undefined && !json);
    const rows = isCsv
      ? new CsvOutput(columns, write)
      : json
      ? new JsonOutput(name, write)
      : new TableOutput(columns, foremost);
    const code = await ofVenues(venues, (venue) => printVenue(venue, rows));
    rows.end();
    return code;
  };
  return output === undefined ? await unlessClosed(() => print(writeOut)) : await intoFile(output, print);
}

async function intoFile(
  path: string,
  print: (write: (text: string) => void) => Promise<number>,
): Promise<number> {
  const encoder = new TextEncoder();
  let code = 0;
  await writeOutput(path, async (append) => {
    code = await print((text) => append(encoder.encode(text)));
  });
  return code;
}

/** Returns 0 as well if the reader has closed the pipe. */
async function unlessClosed(print: () => Promise<number>): Promise<number> {
  try {
    return await print();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    return 0;
  }
}
