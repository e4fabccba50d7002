/** Quotes as rows to be shown. */
import { NULL_TIME } from "../../feed/records/batch.ts";
import type { Venue } from "../../feed/venue.ts";
import { dateText, type PlainRow, timeText } from "../plain_rows.ts";
import { isPriced, isTwoSided, kindOf, type Quote, type Side } from "./quote.ts";
import type { QuoteLine } from "./quote_line.ts";

/** The quote of a line at a time. */
export interface TimedQuote {
  readonly line: QuoteLine;
  readonly quote: Quote;
  /** In nanoseconds since 1970 UTC. */
  readonly time: bigint;
}

const NANOS_PER_SECOND = 1e9;
const NANOS_PER_UNIT = 1e9;

/** The columns that identify a line. */
const OF_LINE = [
  "venue",
  "isin",
  "price_currency",
  "contract_date",
  "contract_type",
  "option_category",
  "strike_price",
];
const ofSide = (side: string, more: readonly string[]) => [side, ...more.map((name) => `${side}_${name}`)];

/** The columns of a row, in their order. */
export const QUOTE_COLUMNS: readonly string[] = [
  ...OF_LINE,
  "time",
  ...ofSide("bid", ["quantity", "kind", "time", "age"]),
  ...ofSide("ask", ["quantity", "kind", "time", "age"]),
  "spread",
  "phase",
  "price_notation",
];

/** The columns of a table, what matters most first: a terminal that is not wide enough leaves out the last ones. */
export const TABLE_COLUMNS: readonly string[] = [
  ...OF_LINE,
  ...["time", "bid", "ask", "spread", "bid_age", "ask_age"],
  ...["bid_quantity", "ask_quantity", "bid_kind", "ask_kind", "phase"],
];

/** The row of a quote. A withdrawn side has no price; ages are in seconds. */
export function quoteRow(venue: Venue, isin: string, { line, quote, time }: TimedQuote): PlainRow {
  const { bid, ask, phase, notation } = quote;
  return {
    venue,
    isin,
    price_currency: line.currency,
    contract_date: orNull(line.contractDate, dateText),
    contract_type: line.contractType,
    option_category: line.option,
    strike_price: orNull(line.strike),
    time: timeText(time),
    ...sideRow("bid", bid, time),
    ...sideRow("ask", ask, time),
    spread: isTwoSided(quote) ? spreadOf(quote) : null,
    phase: orNull(phase),
    price_notation: orNull(notation),
  };
}

/** To nine digits behind the point: of 100.1 and 99.9 the difference of doubles is 0.19999999999998863. */
function spreadOf({ bid, ask }: Quote): number {
  const spread = ask.price - bid.price;
  return Math.sign(spread) * Math.round(Math.abs(spread) * NANOS_PER_UNIT) / NANOS_PER_UNIT;
}

function sideRow(name: string, side: Side, time: bigint): PlainRow {
  const isKnown = side.time !== NULL_TIME;
  return {
    [name]: isPriced(side) ? side.price : null,
    [`${name}_quantity`]: isPriced(side) ? orNull(side.quantity) : null,
    [`${name}_kind`]: kindOf(side),
    [`${name}_time`]: isKnown ? timeText(side.time) : null,
    [`${name}_age`]: isKnown ? Number(time - side.time) / NANOS_PER_SECOND : null,
  };
}

function orNull(
  value: number,
  show: (value: number) => string | number = (value) => value,
): PlainRow[string] {
  return Number.isNaN(value) ? null : show(value);
}
