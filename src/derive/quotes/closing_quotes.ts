/** The last two-sided quotes of an ISIN on a trading day. */
import type { HourFiles } from "./hour_groups.ts";
import { copyQuote, isTwoSided, kindOf, newQuote, type Quote } from "./quote.ts";
import { quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { lastQuotes } from "./quotes_at.ts";
import { Replay } from "./replay.ts";

interface Closing extends Quote {
  /** What it was when it was last two-sided, and since when; null when it never was. */
  readonly last: Quote;
  since: bigint | null;
}

/** After all rows. */
const FOREVER = 2n ** 63n - 1n;

/**
 * The last quote of each line that had a price on both sides, in order of the lines, at the time when it came about; sides that are
 * withdrawn later do not count, as all are on some venues at the close. Lines that had none are not there. Where it is the last
 * that is known, the hours before it need not be gone through.
 */
export function closingQuotes(files: HourFiles): TimedQuote[] {
  const last = lastQuotes(files, FOREVER);
  return last.some(({ quote }) => wasPerhapsTwoSided(quote))
    ? byReplay(files)
    : last.filter(({ quote }) => isTwoSided(quote));
}

function wasPerhapsTwoSided(quote: Quote): boolean {
  return !isTwoSided(quote) && kindOf(quote.bid) !== null && kindOf(quote.ask) !== null;
}

function byReplay(files: HourFiles): TimedQuote[] {
  const lines = quoteLines<Closing>(() => ({ ...newQuote(), last: newQuote(), since: null }));
  const replay = new Replay(files, lines);
  for (let { moment } = replay; moment !== null; moment = replay.moment) {
    const { state } = replay.apply();
    if (!isTwoSided(state)) continue;
    copyQuote(state, state.last);
    state.since = moment;
  }
  return lines.inOrder().flatMap(({ line, state: { last, since } }) =>
    since === null ? [] : [{ line, quote: last, time: since }]
  );
}
