import type { Random } from "../random.ts";
import type { Quote, QuoteColumn } from "./quote.ts";

/** Deviations of one line from the usual. */
export interface QuoteQuirks {
  /** Numbers come in quotes. */
  readonly quoted?: boolean;
  /** Keys of these columns are there, with the value null. */
  readonly nulls?: readonly QuoteColumn[];
}

/** A row as it is sent, and how many times. */
export interface OddQuote {
  readonly quote: Quote;
  readonly quirks: QuoteQuirks;
  readonly times: number;
}

/** Each of these happens to one row in a hundred, so that a day of a thousand rows has them all. */
const RATE = 0.01;

/** The row as it is usually sent. */
export function tidy(quote: Quote): OddQuote {
  return { quote, quirks: {}, times: 1 };
}

/** The row with other things that a service may send; `name` is that of its file. */
export function madeOdd(quote: Quote, name: string, random: Random): OddQuote {
  const usual = tidy(quote);
  if (!random.chance(6 * RATE)) return usual;
  switch (random.below(6)) {
    case 0: // sent twice, the same in every key
      return { ...usual, times: 2 };
    case 1:
      return { ...usual, quirks: { quoted: true } };
    case 2:
      return { ...usual, quote: { ...quote, ask: null }, quirks: { nulls: ["ask"] } };
    case 3:
      return {
        ...usual,
        quote: { ...quote, ...withExtra(quote, { unknownProviderField: "ignored", alsoNew: 1 }) },
      };
    case 4:
      return { ...usual, quote: { ...quote, message_id: name.slice(0, -".json.gz".length) } };
    default:
      return quote.phase === null ? usual : {
        ...usual,
        quote: { ...quote, phase: null, ...withExtra(quote, { tradingSystemPhase: "CLOSED" }) },
      };
  }
}

function withExtra(quote: Quote, values: Record<string, unknown>): Pick<Quote, "extra"> {
  const all = { ...JSON.parse(quote.extra ?? "{}"), ...values };
  return {
    extra: JSON.stringify(Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))),
  };
}
