/**
 * The trades: which column a key of the exchange fills in each era of its schema, and what identifies a trade. The
 * exchange renamed every field in 2026-03 without notice. Keys are known only to this file.
 */
import {
  columnIndex,
  type ColumnNames,
  type Keys,
  type PublishedType,
  publishedType,
} from "./record_type.ts";

/** How the exchange's keys were named: until 2026-02, and since 2026-03. */
export type Era = "2025-legacy" | "2026-mifid";

/** Columns in stored order, each with its meaning and the key that fills it in either era. */
// deno-fmt-ignore: a line each
const COLUMNS: readonly ColumnNames[] = [
  ["isin", "text", "ISO 6166; on Eurex that of the product, not of the contract", keys("isin", "instrumentIdentificationCode")],
  ["trading_date_time", "time", "when it was traded; null on some rows of Tradegate", keys("lastTradeTime", "tradingDateAndTime")],
  ["price", "double", "see `price_notation`; null where it is pending (Eurex); may be negative", keys("lastTrade", "price")],
  ["quantity", "double", "0 or null: a price fixing without turnover; fractions exist", keys("lastQty", "quantity")],
  ["price_currency", "text", "ISO 4217; one ISIN may trade in several", keys("currency", "priceCurrency")],
  ["execution_venue", "text", "MIC of the sub-venue, such as XETA, XETB, FRAB, XGAT, XEUR", keys("executionVenueId", "venueOfExecution")],
  ["transaction_id", "id", "a cancellation or amendment repeats that of its trade; on Eurex several legs may share one", keys("transIdCode", "transactionIdentificationCode")],
  ["distribution_time", "time", "when it was published", keys("distributionDateTime", "publicationDateAndTime")],
  ["trading_mode", "text", "MMT: `2` continuous; `O` `K` `I` `U` auctions; `3` at market close; `4` out of main session; `5` to `7` reported", both("mmtTradingMode")],
  ["modification_flag", "text", "MMT: `-` new, `A` amendment, `C` cancellation", both("mmtModificationInd")],
  ["benchmark_flag", "text", "MMT: `B` benchmark, `S` reference price, `-`", both("mmtBenchmarkRefprcInd")],
  ["pub_deferral", "text", "MMT: why it was published late; `-` at once", both("mmtPubModeDefReason")],
  ["algo_indicator", "flag", "whether an algorithm took part; null where the venue does not say", both("mmtAlgoInd")],
  ["message_id", "text", "`posttrade`, or an id of the file", both("messageId")],
  ["source_name", "text", "the exchange's name for the venue", legacy("sourceName")],
  ["instrument_id", "text", "the instrument once more", legacy("instrumentId")],
  ["tick_id", "int64", "the exchange's running number", legacy("tickId")],
  ["quote_type", "text", "`1`, or a letter", legacy("quotationType")],
  ["tick_action", "text", "not documented", legacy("tickActionIndicator")],
  ["instrument_code", "text", "what kind of code names the instrument: `I` ISIN", both("instrumentIdCode")],
  ["market_mechanism", "text", "MMT: `1` order book, `2` quotes, `3` dark, `5` periodic auction, `6` request for quote, `8` hybrid", legacy("mmtMarketMechanism")],
  ["negotiated_flag", "text", "MMT: which waiver a negotiated trade used; `-` none", legacy("mmtNegotTransPretrdWaivInd")],
  ["trading_system", "text", "`1` order book, `3` dark, `6` request for quote, `7` Tradegate, `9` Frankfurt", mifid("tradingSystem")],
  ["price_notation", "int32", "1 money, 2 percent of par", mifid("priceNotation")],
  ["venue_publication", "text", "MIC of the publication, XCEF", mifid("venueOfPublication")],
  ["last_trade_indicator", "text", "`C` closing auction on Xetra; other letters are not documented", mifid("lastTradeIndicator")],
  ["notional_amount", "double", "on Eurex quantity × price without the contract's multiplier: not money", mifid("notionalAmount")],
  ["notional_currency", "text", "ISO 4217", mifid("notionalCurrency")],
  ["contract_date", "date", "Eurex: expiry of the contract", mifid("contractDate")],
  ["option_category", "text", "Eurex: `C` call, `P` put; null for futures", mifid("optionCategory")],
  ["strike_price", "double", "Eurex: of options", mifid("originalStrikePrice")],
  ["transaction_category", "text", "MMT: `Z` package, `Y` exchange for physical, `D` dark, `R` price improvement, `-`", mifid("mmtTransactionCategory")],
  ["contract_type", "text", "Eurex: `S`", mifid("contractType")],
  ["settlement_method", "text", "Eurex: `C` cash, `P` physical", mifid("settlementMethod")],
  ["clearing_flag", "text", "Eurex: `C`", mifid("clearingFlag")],
  ["pending_price", "text", "Eurex: `U` on rows without a price", mifid("pendingPriceIndicator")],
  ["price_forming", "text", "MMT: `P` plain, `T` not price forming, `J` not contributing, `N` pending", mifid("mmtPriceFormingInd")],
  ["deferral_type", "text", "MMT: deferral of illiquid instruments; `-`", mifid("mmtDefTypeIlqd")],
  ["generation_number", "text", "Eurex: of options", mifid("generationNumber")],
  ["exercise_style", "text", "Eurex: of options", mifid("exerciseStyle")],
  ["schema_version", "text", "how the exchange's keys were named: `2025-legacy` to 2026-02, `2026-mifid` since 2026-03"],
  ["extra", "text", "JSON: keys that have no column, and values that their column cannot hold, as they were written"],
];

/**
 * The id alone does not identify a trade: a Eurex id has several legs, a cancellation repeats the id of its trade, and
 * an ISIN may trade in two currencies.
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

/**
 * A trade as the exchange publishes it. Only its ISIN is required; anything else that the exchange leaves out is null.
 */
export const TRADES: PublishedType = publishedType({
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
  unstored: null,
  // In version 0.1.0 the currency was not part of the identity; rows that differ in an earlier column have
  // the same order.
  earlier: { without: LATER, order: IDENTITY.slice(0, IDENTITY.indexOf("price_currency")) },
});

/**
 * Columns that nearly every recorded row of an era fills, at any venue. Other columns are filled only in some rows, or
 * by some venues. Source: a minute of Xetra of 2025-10-31, and a few rows of each venue of 2026. That is too little to
 * say that a venue must have them, so a column is reported as missing only where it was filled before.
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

/** The keys that rows of an era usually have, with the columns that they fill, as places in those of `TRADES`. */
export const EXPECTED_FIELDS: Readonly<
  Record<Era, readonly { readonly key: string; readonly column: number }[]>
> = {
  "2025-legacy": expectedFields("2025-legacy"),
  "2026-mifid": expectedFields("2026-mifid"),
};

function expectedFields(era: Era): { key: string; column: number }[] {
  return EXPECTED[era].map((name) => columnIndex(TRADES, name))
    .map((column) => ({ key: TRADES.columns[column].keys[era]![0], column }));
}

function keys(legacy: string, mifid: string): Keys {
  return { "2025-legacy": [legacy], "2026-mifid": [mifid] };
}

function both(key: string): Keys {
  return keys(key, key);
}

function legacy(key: string): Keys {
  return { "2025-legacy": [key] };
}

function mifid(key: string): Keys {
  return { "2026-mifid": [key] };
}
