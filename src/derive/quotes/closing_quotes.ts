/** The last two-sided quotes of an ISIN on a trading day. */
import type { HourFiles } from "./hour_groups.ts";
import { copyQuote, isTwoSided, kindOf, newQuote, type Quote } from "./quote.ts";
import { quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { lastQuotes } from "./quotes_at.ts";
import { Replay } from "./replay.ts";

interface Closing extends Quote {
  /** The quote when it was last two-sided. */
  readonly last: Quote;
  /** When that quote came about; null when there was none. */
  since: bigint | null;
}

/** After all rows. */
const FOREVER = 2n ** 63n - 1n;

/**
 * The last quote of each line with a price on both sides, with the time when it came about, in order of the lines. Some
 * venues withdraw all sides at the close, so later rows without both prices do not count. Lines that never had such a
 * quote are left out. The day is replayed only for an ISIN that has a withdrawn side at its end.
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
