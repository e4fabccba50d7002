/**
 * A published quote as it must be stored: every column, null where the row has no value. Times are UTC with nine
 * digits and without zone; a price of 0 is a side that was withdrawn; `extra` a JSON object as a string, its keys sorted.
 */
export interface Quote {
  isin: string;
  time: string | null;
  bid: number | null;
  bid_quantity: number | null;
  ask: number | null;
  ask_quantity: number | null;
  price_currency: string | null;
  execution_venue: string | null;
  trading_system: string | null;
  phase: number | null;
  price_notation: number | null;
  distribution_time: string | null;
  contract_date: string | null;
  contract_type: string | null;
  option_category: string | null;
  strike_price: number | null;
  message_id: string | null;
  schema_version: string;
  extra: string | null;
}

export type QuoteColumn = keyof Quote;

/** A row with nulls in all columns except these. */
export function quoteOf(columns: Pick<Quote, "isin"> & Partial<Quote>): Quote {
  return { ...NOTHING, ...columns };
}

const NOTHING: Omit<Quote, "isin"> = {
  time: null,
  bid: null,
  bid_quantity: null,
  ask: null,
  ask_quantity: null,
  price_currency: null,
  execution_venue: null,
  trading_system: null,
  phase: null,
  price_notation: null,
  distribution_time: null,
  contract_date: null,
  contract_type: null,
  option_category: null,
  strike_price: null,
  message_id: "pretrade",
  schema_version: "2026-mifid",
  extra: null,
};

/** A key that two rows of an hour share if and only if they are stored as one. */
export function sameQuote(quote: Quote): string {
  return JSON.stringify(Object.values(quote));
}
