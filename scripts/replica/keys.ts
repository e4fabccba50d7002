/** The exchange's keys: in which order each venue sends them in which era, and the columns that they fill. */
import type { Column, Era } from "./trade.ts";

/** How a column is written: as text, as a time, as a number with at least this many decimals, … */
export type Form = "text" | "time" | "number" | "integer" | "code" | "flag";
export type Field = readonly [key: string, column: Column, form: Form];

/** The keys of a row in order; those whose columns are null are left out. */
export function keysOf(venue: string, era: Era): readonly Field[] {
  return era === "2025-legacy" ? LEGACY : MIFID_OF_VENUE.get(venue) ?? RETAIL;
}

/** The keys to 2026-02, in the order of a file of 2025-10-31 (DETR). */
const LEGACY: readonly Field[] = [
  ["messageId", "message_id", "text"],
  ["sourceName", "source_name", "text"],
  ["isin", "isin", "text"],
  ["currency", "price_currency", "text"],
  ["tickActionIndicator", "tick_action", "text"],
  ["instrumentIdCode", "instrument_code", "text"],
  ["mmtMarketMechanism", "market_mechanism", "text"],
  ["mmtTradingMode", "trading_mode", "text"],
  ["mmtNegotTransPretrdWaivInd", "negotiated_flag", "text"],
  ["mmtModificationInd", "modification_flag", "text"],
  ["mmtBenchmarkRefprcInd", "benchmark_flag", "text"],
  ["mmtPubModeDefReason", "pub_deferral", "text"],
  ["mmtAlgoInd", "algo_indicator", "flag"],
  ["quotationType", "quote_type", "code"],
  ["lastQty", "quantity", "number"],
  ["lastTrade", "price", "number"],
  ["lastTradeTime", "trading_date_time", "time"],
  ["distributionDateTime", "distribution_time", "time"],
  ["tickId", "tick_id", "integer"],
  ["instrumentId", "instrument_id", "text"],
  ["transIdCode", "transaction_id", "text"],
  ["executionVenueId", "execution_venue", "text"],
];

/** The keys since 2026-03. */
const MIFID: readonly Field[] = [
  ["messageId", "message_id", "text"],
  ["instrumentIdentificationCode", "isin", "text"],
  ["instrumentIdCode", "instrument_code", "text"],
  ["contractDate", "contract_date", "text"],
  ["contractType", "contract_type", "text"],
  ["optionCategory", "option_category", "text"],
  ["originalStrikePrice", "strike_price", "number"],
  ["generationNumber", "generation_number", "text"],
  ["exerciseStyle", "exercise_style", "text"],
  ["settlementMethod", "settlement_method", "text"],
  ["pendingPriceIndicator", "pending_price", "text"],
  ["clearingFlag", "clearing_flag", "text"],
  ["priceCurrency", "price_currency", "text"],
  ["lastTradeIndicator", "last_trade_indicator", "text"],
  ["tradingSystem", "trading_system", "text"],
  ["mmtTradingMode", "trading_mode", "text"],
  ["mmtTransactionCategory", "transaction_category", "text"],
  ["mmtModificationInd", "modification_flag", "text"],
  ["mmtBenchmarkRefprcInd", "benchmark_flag", "text"],
  ["mmtPubModeDefReason", "pub_deferral", "text"],
  ["mmtPriceFormingInd", "price_forming", "text"],
  ["mmtDefTypeIlqd", "deferral_type", "text"],
  ["mmtAlgoInd", "algo_indicator", "flag"],
  ["priceNotation", "price_notation", "integer"],
  ["quantity", "quantity", "number"],
  ["price", "price", "number"],
  ["notionalAmount", "notional_amount", "number"],
  ["notionalCurrency", "notional_currency", "text"],
  ["tradingDateAndTime", "trading_date_time", "time"],
  ["publicationDateAndTime", "distribution_time", "time"],
  ["transactionIdentificationCode", "transaction_id", "text"],
  ["venueOfExecution", "execution_venue", "text"],
  ["venueOfPublication", "venue_publication", "text"],
];

/** Tradegate and Frankfurt send the same keys in another order than Xetra (rows of 2026-09-18). */
const RETAIL = ordered(
  "messageId instrumentIdentificationCode lastTradeIndicator tradingSystem mmtTradingMode mmtModificationInd " +
    "mmtBenchmarkRefprcInd mmtPubModeDefReason tradingDateAndTime price quantity priceCurrency venueOfPublication " +
    "priceNotation publicationDateAndTime transactionIdentificationCode venueOfExecution notionalAmount " +
    "notionalCurrency mmtAlgoInd",
);

/** Xetra as its row of 2026-09-18; Eurex as its rows of 2026-09-17, the keys of options where they seem to belong. */
const MIFID_OF_VENUE: ReadonlyMap<string, readonly Field[]> = new Map([
  [
    "DETR",
    ordered(
      "messageId instrumentIdentificationCode priceCurrency lastTradeIndicator tradingSystem mmtTradingMode " +
        "mmtModificationInd mmtBenchmarkRefprcInd mmtPubModeDefReason mmtAlgoInd priceNotation quantity price " +
        "tradingDateAndTime publicationDateAndTime transactionIdentificationCode venueOfExecution " +
        "venueOfPublication notionalAmount notionalCurrency",
    ),
  ],
  [
    "DEUR",
    ordered(
      "messageId instrumentIdentificationCode contractDate optionCategory originalStrikePrice generationNumber " +
        "exerciseStyle contractType settlementMethod instrumentIdCode pendingPriceIndicator clearingFlag " +
        "lastTradeIndicator tradingSystem mmtTradingMode mmtTransactionCategory mmtModificationInd " +
        "mmtBenchmarkRefprcInd mmtPubModeDefReason mmtPriceFormingInd mmtDefTypeIlqd mmtAlgoInd priceNotation " +
        "quantity notionalAmount price tradingDateAndTime publicationDateAndTime priceCurrency " +
        "transactionIdentificationCode venueOfExecution venueOfPublication notionalCurrency",
    ),
  ],
]);

function ordered(keys: string): readonly Field[] {
  return keys.split(" ").map((key) => MIFID.find((field) => field[0] === key)!);
}
