import type { PlainRow } from "../../derive/plain_rows.ts";
import { hoursOf, lastQuoteDay } from "../../derive/quotes/quote_hours.ts";
import { sampledWithin } from "../../derive/quotes/quotes_between.ts";
import { readQuotes } from "../../derive/quotes/read_quotes.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import { dataAddress } from "../data_files.ts";
import type { Question } from "../question.ts";
import type { Sources } from "../sources.ts";
import { rowsAnswer } from "./rows_answer.ts";

const MINUTE_NANOS = 60_000_000_000n;

/**
 * `/api/quotes?venue=&isin=&date=&format=`: the quote of an instrument at each minute of a trading day (default: the last one
 * that has quotes), filled forward.
 */
export async function quotesAnswer(question: Question, { layout, breathe }: Sources): Promise<Response> {
  const { venue, isin } = question;
  const date = question.date("date") ?? lastQuoteDay(layout, venue);
  const hours = date === null ? [] : hoursOf(layout, venue, date);
  const rows: PlainRow[] = [];
  if (hours.length > 0) {
    const stored = { from: hours[0].start, to: hours.at(-1)!.end - 1n };
    const reading = readQuotes(
      { venue, hours, isins: new Set([isin]), breathe },
      (files) => sampledWithin(files, stored, MINUTE_NANOS),
    );
    rows.push(...await Array.fromAsync(reading));
  }
  const files = hours.map(({ period }) => dataAddress(QUOTES_BY_HOUR, venue, period));
  const sql =
    `-- each change; here is what stood at each minute\nFROM quotes_filled WHERE venue = '${venue}' AND isin = '${isin}' AND trading_day = '${date}'`;
  return rowsAnswer(question, rows, { files, sql });
}
