import { Pace } from "../../collect/pace.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import type { QuoteHour } from "../../derive/quotes/quote_hours.ts";
import { QUOTE_COLUMNS, TABLE_COLUMNS } from "../../derive/quotes/quote_rows.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import { forAllVenues, forEachVenue } from "../run_command.ts";
import { printRows, type RowOptions } from "../terminal/print_rows.ts";
import { missingText } from "./missing_isins.ts";

/** The rows of a venue, or in words why there are none. */
type RowsOf = (venue: Venue) => AsyncIterable<PlainRow> | string;

/** Which instruments, and how they are printed. */
interface Question extends RowOptions {
  /** Undefined: all instruments. */
  readonly isin?: ReadonlySet<string>;
}

/**
 * Prints quotes venue by venue, as JSON in a document with this name, to stdout also after a failure. Instruments without
 * a row are named. Returns the exit code. With `output` it throws the first failure.
 */
export async function printQuotes(
  name: string,
  venues: readonly Venue[],
  question: Question,
  rowsOf: RowsOf,
): Promise<number> {
  const isTable = [question.csv, question.json, question.output].every((option) => option === undefined);
  const shape = { name, columns: isTable ? TABLE_COLUMNS : QUOTE_COLUMNS };
  const ofVenues = question.output === undefined ? forEachVenue : forAllVenues;
  return await printRows(question, shape, (rows) => {
    const print = (row: PlainRow) => rows.row(isTable ? readable(row) : row);
    return ofVenues(venues, (venue) => printVenue(venue, question, rowsOf, print));
  });
}

async function printVenue(
  venue: Venue,
  { isin: isins = new Set() }: Question,
  rowsOf: RowsOf,
  print: (row: PlainRow) => void,
): Promise<number> {
  const rows = rowsOf(venue);
  if (typeof rows === "string") {
    log.warning(`${venue}: ${rows}`);
    return EXIT.inPart;
  }
  const without = new Set(isins);
  for await (const row of rows) {
    without.delete(String(row.isin));
    print(row);
  }
  if (without.size > 0) log.warning(`${venue}: no such quotes are stored of ${missingText(without)}`);
  return EXIT.done;
}

/** In a table, times and ages end at milliseconds. */
function readable(row: PlainRow): PlainRow {
  const rounded = (age: PlainRow[string]) => age === null ? null : Math.round(Number(age) * 1e3) / 1e3;
  const time = String(row.time).replace(/(\.\d{3})\d+Z$/, "$1Z");
  return { ...row, time, bid_age: rounded(row.bid_age), ask_age: rounded(row.ask_age) };
}

/** Lets signals in while quotes are read. */
export function breathing(signal: AbortSignal): () => Promise<void> {
  const pace = new Pace(systemClock, signal, () => {});
  return () => pace.breathe();
}

/** Warns where the hour of a time is not stored, and older quotes stand for it. `hours` are those of its trading day. */
export function warnOfAge(venue: Venue, hours: readonly QuoteHour[], time: bigint): void {
  const last = hours.findLast(({ start }) => start <= time);
  if (last === undefined || time < last.end) return;
  const end = new Temporal.Instant(last.end).toZonedDateTimeISO(MARKET_ZONE).toPlainDateTime();
  const text = end.toString({ smallestUnit: "minute" }).replace("T", " ");
  log.warning(
    `${venue}: no quotes are stored from ${text} (Frankfurt) up to the time asked for: what is shown is older`,
  );
}
