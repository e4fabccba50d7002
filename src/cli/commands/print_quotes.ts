import { Pace } from "../../collect/pace.ts";
import type { PlainRow } from "../../derive/plain_rows.ts";
import type { QuoteHour } from "../../derive/quotes/quote_hours.ts";
import { QUOTE_COLUMNS, TABLE_COLUMNS } from "../../derive/quotes/quote_rows.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import { printRows } from "../terminal/print_rows.ts";
import { missingText } from "./missing_isins.ts";
import type { PrintOptions } from "./print_venues.ts";

/** Which instruments, and how they are printed. */
type Question = PrintOptions & {
  /** Undefined: all instruments. */
  readonly isin?: ReadonlySet<string>;
};

/** The rows of a venue, or in words why there are none; `breathe` is to be awaited often. */
type RowsOf<Q> = (
  venue: Venue,
  question: Q,
  layout: Layout,
  breathe: () => Promise<void>,
) => AsyncIterable<PlainRow> | string;

/**
 * Prints quotes venue by venue, as JSON in a document with this name, to stdout also after a failure. Instruments without
 * a row are named. Returns the exit code. With `output` it throws the first failure.
 */
export async function printQuotes<Q extends Question>(
  name: string,
  venues: readonly Venue[],
  question: Q,
  rowsOf: RowsOf<Q>,
  signal: AbortSignal,
): Promise<number> {
  const layout = new Layout(question.wrkDir);
  const { breathe } = new Pace(systemClock, signal);
  const isTable = [question.csv, question.json, question.output].every((option) => option === undefined);
  const shape = { name, columns: isTable ? TABLE_COLUMNS : QUOTE_COLUMNS };
  return await printRows(question, shape, venues, (venue, rows) => {
    const print = (row: PlainRow) => rows.row(isTable ? readable(row) : row);
    return printVenue(venue, question.isin, rowsOf(venue, question, layout, breathe), print);
  });
}

async function printVenue(
  venue: Venue,
  isins: ReadonlySet<string> = new Set(),
  rows: AsyncIterable<PlainRow> | string,
  print: (row: PlainRow) => void,
): Promise<number> {
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
