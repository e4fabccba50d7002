import type { Venue } from "../../feed/venue.ts";
import { byInstrument } from "../by_instrument.ts";
import type { PlainRow } from "../plain_rows.ts";
import { type HourFiles, openHours } from "./hour_groups.ts";
import type { QuoteHour } from "./quote_hours.ts";
import { quoteRow, type TimedQuote } from "./quote_rows.ts";

/** Which quotes of a trading day to read. */
export interface QuoteQuestion {
  readonly venue: Venue;
  /** Stored hours of the day, the earliest first. */
  readonly hours: readonly QuoteHour[];
  /** Null: all instruments. */
  readonly isins: ReadonlySet<string> | null;
  /** Awaited often, so that other work gets a turn; what it throws ends the reading. */
  readonly breathe: () => Promise<void>;
}

/**
 * The quotes that `quotesOf` makes of each ISIN, as rows, ISIN by ISIN. Holds one row group of each hour and the rows of
 * one ISIN. Reads only the columns that are needed, and only row groups that may have one of `isins`. Throws as
 * `openHours`.
 */
export async function* readQuotes(
  { venue, hours, isins, breathe }: QuoteQuestion,
  quotesOf: (files: HourFiles) => Iterable<TimedQuote>,
): AsyncGenerator<PlainRow> {
  using open = await openHours(hours, isins, breathe);
  for (const { isin, files } of byInstrument(open.all, isins)) {
    for (const quote of quotesOf(files)) {
      yield quoteRow(venue, isin, quote);
      await breathe();
    }
    await breathe();
  }
}
