/**
 * The trades: which column a key of the exchange fills, in every schema era, and what makes two rows one trade. The
 * exchange renamed every field in 2026-03 without notice; nothing outside this file may know a key.
 */
import { columnIndex, type ColumnKind, type Keys, type RecordType, recordType } from "./record_type.ts";

/** How the exchange's keys were named: to 2026-02, and since 2026-03. */
export type Era = "2025-legacy" | "2026-mifid";

/** Columns in their stored order, each with the key that fills it in either era. */
const COLUMNS: readonly (readonly [name: string, kind: ColumnKind, keys: Keys])[] = [
  ["isin", "text", { "2025-legacy": "isin", "2026-mifid": "instrumentIdentificationCode" }],
  ["trading_date_time", "time", { "2025-legacy": "lastTradeTime", "2026-mifid": "tradingDateAndTime" }],
  ["price", "double", { "2025-legacy": "lastTrade", "2026-mifid": "price" }],
  ["quantity", "double", { "2025-legacy": "lastQty", "2026-mifid": "quantity" }],
  ["price_currency", "text", { "2025-legacy": "currency", "2026-mifid": "priceCurrency" }],
  ["execution_venue", "text", { "2025-legacy": "executionVenueId", "2026-mifid": "venueOfExecution" }],
  ["transaction_id", "id", { "2025-legacy": "transIdCode", "2026-mifid": "transactionIdentificationCode" }],
  ["distribution_time", "time", {
    "2025-legacy": "distributionDateTime",
    "2026-mifid": "publicationDateAndTime",
  }],
  ["trading_mode", "text", both("mmtTradingMode")],
  ["modification_flag", "text", both("mmtModificationInd")],
  ["benchmark_flag", "text", both("mmtBenchmarkRefprcInd")],
  ["pub_deferral", "text", both("mmtPubModeDefReason")],
  ["algo_indicator", "flag", both("mmtAlgoInd")],
  ["message_id", "text", both("messageId")],
  ["source_name", "text", { "2025-legacy": "sourceName" }],
  ["instrument_id", "text", { "2025-legacy": "instrumentId" }],
  ["tick_id", "int64", { "2025-legacy": "tickId" }],
  ["quote_type", "text", { "2025-legacy": "quotationType" }],
  ["tick_action", "text", { "2025-legacy": "tickActionIndicator" }],
  ["instrument_code", "text", both("instrumentIdCode")],
  ["market_mechanism", "text", { "2025-legacy": "mmtMarketMechanism" }],
  ["negotiated_flag", "text", { "2025-legacy": "mmtNegotTransPretrdWaivInd" }],
  ["trading_system", "text", { "2026-mifid": "tradingSystem" }],
  ["price_notation", "int32", { "2026-mifid": "priceNotation" }],
  ["venue_publication", "text", { "2026-mifid": "venueOfPublication" }],
  ["last_trade_indicator", "text", { "2026-mifid": "lastTradeIndicator" }],
  ["notional_amount", "double", { "2026-mifid": "notionalAmount" }],
  ["notional_currency", "text", { "2026-mifid": "notionalCurrency" }],
  ["contract_date", "date", { "2026-mifid": "contractDate" }],
  ["option_category", "text", { "2026-mifid": "optionCategory" }],
  ["strike_price", "double", { "2026-mifid": "originalStrikePrice" }],
  ["transaction_category", "text", { "2026-mifid": "mmtTransactionCategory" }],
  ["contract_type", "text", { "2026-mifid": "contractType" }],
  ["settlement_method", "text", { "2026-mifid": "settlementMethod" }],
  ["clearing_flag", "text", { "2026-mifid": "clearingFlag" }],
  ["pending_price", "text", { "2026-mifid": "pendingPriceIndicator" }],
  ["price_forming", "text", { "2026-mifid": "mmtPriceFormingInd" }],
  ["deferral_type", "text", { "2026-mifid": "mmtDefTypeIlqd" }],
  ["generation_number", "text", { "2026-mifid": "generationNumber" }],
  ["exercise_style", "text", { "2026-mifid": "exerciseStyle" }],
  ["schema_version", "text", {}],
  ["extra", "text", {}],
];

/**
 * An id is not enough to make two rows one trade: a Eurex id carries several legs, a cancellation repeats the id of its
 * trade, and an ISIN may trade in two currencies.
 */
const IDENTITY = [
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

/** Columns that version 0.1.0 did not have. */
const LATER = [
  "contract_type",
  "settlement_method",
  "clearing_flag",
  "pending_price",
  "price_forming",
  "deferral_type",
  "generation_number",
  "exercise_style",
];

/** A trade as the exchange publishes it. Only its ISIN is required: what else the exchange leaves out is null. */
export const TRADES: RecordType = recordType({
  name: "trades",
  noun: "trade",
  columns: COLUMNS,
  identity: IDENTITY,
  id: "transaction_id",
  order: ["isin", "trading_date_time"],
  required: "isin",
  varied: ["price"],
  core: ["trading_date_time", "price", "quantity"],
  time: { event: "trading_date_time", published: "distribution_time" },
  era: "schema_version",
  extra: "extra",
  // The currency was no part of the identity of version 0.1.0; rows that differ in what comes before it are in the same order.
  earlier: { without: LATER, order: IDENTITY.slice(0, IDENTITY.indexOf("price_currency")) },
});

/**
 * Columns that nearly every recorded row of an era fills, whatever its venue. The others come and go from row to row, or
 * are a venue's own. Source: a minute of Xetra of 2025-10-31, and few rows of each venue of 2026: too few to say that a
 * venue must carry them. So each is missed only where it was carried.
 */
const EXPECTED: Readonly<Record<Era, readonly string[]>> = {
  "2025-legacy": [
    ...["price_currency", "execution_venue", "transaction_id", "distribution_time", "trading_mode"],
    ...["modification_flag", "message_id", "source_name", "instrument_id", "tick_id", "quote_type"],
  ],
  "2026-mifid": [
    ...["price_currency", "execution_venue", "transaction_id", "distribution_time", "trading_mode"],
    ...["modification_flag", "message_id", "trading_system", "price_notation", "venue_publication"],
  ],
};

/** The keys that rows of an era are expected to carry, with the columns that they fill, as places in those of `TRADES`. */
export const EXPECTED_FIELDS: Readonly<
  Record<Era, readonly { readonly key: string; readonly column: number }[]>
> = {
  "2025-legacy": expectedFields("2025-legacy"),
  "2026-mifid": expectedFields("2026-mifid"),
};

function expectedFields(era: Era): { key: string; column: number }[] {
  return EXPECTED[era].map((name) => columnIndex(TRADES, name))
    .map((column) => ({ key: TRADES.columns[column].keys[era]!, column }));
}

function both(key: string): Keys {
  return { "2025-legacy": key, "2026-mifid": key };
}
