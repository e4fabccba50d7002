import { gzipSync } from "node:zlib";
import type { Column, Era, Trade } from "./trade.ts";

/** How a column is written: as text, as a time, as a number with at least so many decimals, … */
type Form = "text" | "time" | "number" | "integer" | "code" | "flag";
type Field = readonly [key: string, column: Column, form: Form];

/** Deviations of one line from the usual, all of which readers must bear. */
export interface Quirks {
  /** Digits of the trading time's fraction, 0 to 9; those cut off are zeros. */
  readonly digits?: number;
  /** Numbers come in quotes. */
  readonly quoted?: boolean;
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

/** The keys since 2026-03, in the order of DETR's row of 2026-09-18. */
const MIFID: readonly Field[] = [
  ["messageId", "message_id", "text"],
  ["instrumentIdentificationCode", "isin", "text"],
  ["contractDate", "contract_date", "text"],
  ["optionCategory", "option_category", "text"],
  ["originalStrikePrice", "strike_price", "number"],
  ["priceCurrency", "price_currency", "text"],
  ["lastTradeIndicator", "last_trade_indicator", "text"],
  ["tradingSystem", "trading_system", "text"],
  ["mmtTradingMode", "trading_mode", "text"],
  ["mmtTransactionCategory", "transaction_category", "text"],
  ["mmtModificationInd", "modification_flag", "text"],
  ["mmtBenchmarkRefprcInd", "benchmark_flag", "text"],
  ["mmtPubModeDefReason", "pub_deferral", "text"],
  ["mmtAlgoInd", "algo_indicator", "flag"],
  ["priceNotation", "price_notation", "integer"],
  ["quantity", "quantity", "number"],
  ["price", "price", "number"],
  ["tradingDateAndTime", "trading_date_time", "time"],
  ["publicationDateAndTime", "distribution_time", "time"],
  ["transactionIdentificationCode", "transaction_id", "text"],
  ["venueOfExecution", "execution_venue", "text"],
  ["venueOfPublication", "venue_publication", "text"],
  ["notionalAmount", "notional_amount", "number"],
  ["notionalCurrency", "notional_currency", "text"],
];

/** Tradegate and Frankfurt send the same keys in another order (rows of 2026-09-18). */
const RETAIL_ORDER =
  ("messageId instrumentIdentificationCode lastTradeIndicator tradingSystem mmtTradingMode mmtModificationInd " +
    "mmtBenchmarkRefprcInd mmtPubModeDefReason tradingDateAndTime price quantity priceCurrency venueOfPublication " +
    "priceNotation publicationDateAndTime transactionIdentificationCode venueOfExecution notionalAmount " +
    "notionalCurrency mmtAlgoInd").split(" ");

const MIFID_RETAIL: readonly Field[] = RETAIL_ORDER.map((key) => MIFID.find((field) => field[0] === key)!);

const HAS_XETRA_ORDER: ReadonlySet<string> = new Set(["DETR", "DEUR"]);

/** Writes trades of one venue and era as the exchange does: one JSON object each, without a line end. */
export function lineWriter(venue: string, era: Era): (trade: Trade, quirks: Quirks) => string {
  const isXetra = HAS_XETRA_ORDER.has(venue);
  const fields = era === "2025-legacy" ? LEGACY : isXetra ? MIFID : MIFID_RETAIL;
  // 159.00 and 56.20 in both of DETR's samples, 243.0 in DGAT's and DFRA's.
  const decimals = era === "2025-legacy" || isXetra ? 2 : 1;
  return (trade, quirks) => {
    let line = "";
    for (const [key, column, form] of fields) {
      const value = trade[column];
      if (value !== null) line += `,"${key}":${written(value, form, column, decimals, quirks)}`;
    }
    return `{${line.slice(1)}${unknownKeys(trade)}}`;
  };
}

/** A gzip stream of one member, as the exchange serves it; of zero bytes it is 20 bytes long. */
export function compressed(ndjson: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(ndjson));
}

function written(value: unknown, form: Form, column: Column, decimals: number, quirks: Quirks): string {
  switch (form) {
    case "text":
      return `"${value}"`;
    case "flag":
      return value ? '"H"' : '"-"';
    case "code":
      return /^\d+$/.test(String(value)) ? String(value) : `"${value}"`;
    case "time":
      return `"${timeText(String(value), column === "trading_date_time" ? quirks.digits : undefined)}Z"`;
    default: {
      const text = form === "number" ? numberText(value as number, decimals) : String(value);
      return quirks.quoted ? `"${text}"` : text;
    }
  }
}

/** The shortest decimal form, filled up with zeros to `decimals` places. */
function numberText(value: number, decimals: number): string {
  const text = String(value);
  const point = text.indexOf(".");
  const places = point < 0 ? 0 : text.length - point - 1;
  if (places >= decimals) return text;
  return (point < 0 ? `${text}.` : text) + "0".repeat(decimals - places);
}

/** The time with so many digits of fraction; without a point when there are none. */
function timeText(time: string, digits = 9): string {
  return digits === 0 ? time.slice(0, 19) : time.slice(0, 20 + digits);
}

/** Keys that no era knows, in the opposite order of the stored ones. */
function unknownKeys(trade: Trade): string {
  if (trade.extra === null) return "";
  const entries: [string, unknown][] = Object.entries(JSON.parse(trade.extra));
  return entries.reverse().map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`).join("");
}
