/** The last two-sided quotes of an ISIN on a trading day. */
import type { HourFiles } from "./hour_groups.ts";
import { copyQuote, isTwoSided, newQuote, type Quote } from "./quote.ts";
import { quoteLines } from "./quote_line.ts";
import type { TimedQuote } from "./quote_rows.ts";
import { Replay } from "./replay.ts";

interface Closing extends Quote {
  /** What it was when it was last two-sided, and since when; null when it never was. */
  readonly last: Quote;
  since: bigint | null;
}

/**
 * The last quote of each line that had a price on both sides, in order of the lines, at the time when it came about; sides that are
 * withdrawn later do not count, as all are on some venues at the close. Lines that had none are not there.
 */
export function closingQuotes(files: HourFiles): TimedQuote[] {
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
