import { type Quote, sameQuote } from "./quote.ts";
import { generateQuotes, type QuoteDaySpec } from "./quote_day.ts";

/** Which of the served quotes must be stored; by default all. */
export interface QuoteChoice {
  /** Files by name, e.g. those that a fault makes unreadable. */
  readonly except?: ReadonlySet<string>;
  /** Which quotes a filter of the program keeps. */
  readonly keep?: (quote: Quote) => boolean;
}

/**
 * Writes what must be stored as `DIR/venue=DGAT/2026-09-01T08.ndjson`, a line for each quote with every column, each once
 * in an hour; an empty file for an hour whose files have none. Existing files are replaced. Services of one venue share
 * its files. Returns the paths.
 */
export async function writeQuotesTruth(
  dir: string,
  days: readonly QuoteDaySpec[],
  { except = new Set(), keep = () => true }: QuoteChoice = {},
): Promise<string[]> {
  const begun = new Set<string>();
  for (const spec of days) {
    let [path, seen] = ["", new Set<string>()];
    for (const { name, venue, hour, quotes } of generateQuotes(spec)) {
      if (except.has(name)) continue;
      const own = `${dir}/venue=${venue}/${hour}.ndjson`;
      if (own !== path) [path, seen] = [own, new Set()];
      await Deno.mkdir(`${dir}/venue=${venue}`, { recursive: true });
      const lines = quotes.filter(keep).map((quote) => ({ key: sameQuote(quote), quote })).filter(({ key }) =>
        !seen.has(key) && seen.add(key)
      );
      const text = lines.map(({ quote }) => `${JSON.stringify(quote)}\n`).join("");
      await Deno.writeTextFile(path, text, { append: begun.has(path) });
      begun.add(path);
    }
  }
  return [...begun];
}
