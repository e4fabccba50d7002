/** The eras of the exchange's schema: its key names to 2026-02, and since 2026-03. */
export type Era = "2025-legacy" | "2026-mifid";

/**
 * A published trade as it must be stored: every column, null where the exchange sent nothing. Times are UTC
 * with nine digits and without zone (`2025-10-31T13:54:00.042457058`); `contract_date` is `YYYY-MM-DD`;
 * `extra` a JSON object as a string, its keys sorted.
 */
export interface Trade {
  isin: string;
  trading_date_time: string | null;
  price: number | null;
  quantity: number | null;
  price_currency: string | null;
  execution_venue: string | null;
  transaction_id: string | null;
  distribution_time: string | null;
  trading_mode: string | null;
  modification_flag: string | null;
  benchmark_flag: string | null;
  pub_deferral: string | null;
  algo_indicator: boolean | null;
  message_id: string | null;
  source_name: string | null;
  instrument_id: string | null;
  tick_id: number | null;
  quote_type: string | null;
  tick_action: string | null;
  instrument_code: string | null;
  market_mechanism: string | null;
  negotiated_flag: string | null;
  trading_system: string | null;
  price_notation: number | null;
  venue_publication: string | null;
  last_trade_indicator: string | null;
  notional_amount: number | null;
  notional_currency: string | null;
  contract_date: string | null;
  option_category: string | null;
  strike_price: number | null;
  transaction_category: string | null;
  contract_type: string | null;
  settlement_method: string | null;
  clearing_flag: string | null;
  pending_price: string | null;
  price_forming: string | null;
  deferral_type: string | null;
  generation_number: string | null;
  exercise_style: string | null;
  schema_version: Era;
  extra: string | null;
}

export type Column = keyof Trade;

/** What makes two published rows one trade, where they have a transaction id. */
const IDENTITY: readonly Column[] = [
  "isin",
  "trading_date_time",
  "transaction_id",
  "price",
  "quantity",
  "price_currency",
  "modification_flag",
  "contract_date",
  "strike_price",
  "option_category",
];

/** A key that two rows share if and only if they are one trade; null equals null. Without an id, all columns count. */
export function identityOf(trade: Trade): string {
  if (trade.transaction_id === null) return JSON.stringify(trade);
  return JSON.stringify(IDENTITY.map((column) => trade[column]));
}
