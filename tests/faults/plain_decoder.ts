/**
 * What the bytes of a file of the exchange mean, decoded as simply as possible: line by line, JSON.parse, a table of
 * keys. Written from the description of the feed, independently of the program's decoder, to judge it.
 */
import type { Row } from "../feed/trade_rows.ts";

/** What a file holds, in the terms of the program's decoder. */
export interface PlainFile {
  readonly rows: number;
  readonly unstored: number;
  readonly rejected: number;
  readonly examples: readonly { readonly line: number; readonly reason: string }[];
  readonly unrecognizedKeys: readonly string[] | null;
  readonly unfilled: readonly number[];
  readonly unknownKeys: ReadonlyMap<string, number>;
  readonly substitutes: ReadonlySet<string>;
  readonly all: readonly Row[];
}

type Form = "text" | "time" | "number" | "long" | "int" | "flag" | "date";

/** Column, its two keys, what it holds: of trades the key to 2026-02 and that since 2026-03, of quotes those of either service. */
type Field = readonly [column: string, first: string | null, second: string | null, form: Form];

/** What the rows of a file are. */
export interface PlainType {
  readonly fields: readonly Field[];
  /** The record type of a file, by its place in the table. */
  readonly core: readonly string[];
  readonly eraOf: (record: Record<string, unknown>) => string;
  /** Whether a row is counted and not stored. */
  readonly isUnstored: (record: Record<string, unknown>) => boolean;
}

const TRADE_FIELDS: readonly Field[] = [
  ["isin", "isin", "instrumentIdentificationCode", "text"],
  ["trading_date_time", "lastTradeTime", "tradingDateAndTime", "time"],
  ["price", "lastTrade", "price", "number"],
  ["quantity", "lastQty", "quantity", "number"],
  ["price_currency", "currency", "priceCurrency", "text"],
  ["execution_venue", "executionVenueId", "venueOfExecution", "text"],
  ["transaction_id", "transIdCode", "transactionIdentificationCode", "text"],
  ["distribution_time", "distributionDateTime", "publicationDateAndTime", "time"],
  ["trading_mode", "mmtTradingMode", "mmtTradingMode", "text"],
  ["modification_flag", "mmtModificationInd", "mmtModificationInd", "text"],
  ["benchmark_flag", "mmtBenchmarkRefprcInd", "mmtBenchmarkRefprcInd", "text"],
  ["pub_deferral", "mmtPubModeDefReason", "mmtPubModeDefReason", "text"],
  ["algo_indicator", "mmtAlgoInd", "mmtAlgoInd", "flag"],
  ["message_id", "messageId", "messageId", "text"],
  ["source_name", "sourceName", null, "text"],
  ["instrument_id", "instrumentId", null, "text"],
  ["tick_id", "tickId", null, "long"],
  ["quote_type", "quotationType", null, "text"],
  ["tick_action", "tickActionIndicator", null, "text"],
  ["instrument_code", "instrumentIdCode", "instrumentIdCode", "text"],
  ["market_mechanism", "mmtMarketMechanism", null, "text"],
  ["negotiated_flag", "mmtNegotTransPretrdWaivInd", null, "text"],
  ["trading_system", null, "tradingSystem", "text"],
  ["price_notation", null, "priceNotation", "int"],
  ["venue_publication", null, "venueOfPublication", "text"],
  ["last_trade_indicator", null, "lastTradeIndicator", "text"],
  ["notional_amount", null, "notionalAmount", "number"],
  ["notional_currency", null, "notionalCurrency", "text"],
  ["contract_date", null, "contractDate", "date"],
  ["option_category", null, "optionCategory", "text"],
  ["strike_price", null, "originalStrikePrice", "number"],
  ["transaction_category", null, "mmtTransactionCategory", "text"],
  ["contract_type", null, "contractType", "text"],
  ["settlement_method", null, "settlementMethod", "text"],
  ["clearing_flag", null, "clearingFlag", "text"],
  ["pending_price", null, "pendingPriceIndicator", "text"],
  ["price_forming", null, "mmtPriceFormingInd", "text"],
  ["deferral_type", null, "mmtDefTypeIlqd", "text"],
  ["generation_number", null, "generationNumber", "text"],
  ["exercise_style", null, "exerciseStyle", "text"],
];

const QUOTE_FIELDS: readonly Field[] = [
  ["isin", null, "instrumentIdentificationCode", "text"],
  ["time", null, "updateDateAndTime", "time"],
  ["bid", "bid", "bestBid", "number"],
  ["bid_quantity", "bidQty", "bestBidQty", "number"],
  ["ask", "ask", "bestAsk", "number"],
  ["ask_quantity", "askQty", "bestAskQty", "number"],
  ["price_currency", null, "priceCurrency", "text"],
  ["execution_venue", null, "venueOfExecution", "text"],
  ["trading_system", null, "tradingSystem", "text"],
  ["phase", null, "tradingSystemPhase", "int"],
  ["price_notation", null, "priceNotation", "int"],
  ["distribution_time", null, "publicationDateAndTime", "time"],
  ["contract_date", null, "contractDate", "date"],
  ["contract_type", null, "contractType", "text"],
  ["option_category", null, "optionCategory", "text"],
  ["strike_price", null, "originalStrikePrice", "number"],
  ["message_id", null, "messageId", "text"],
];

export const PLAIN_TRADES: PlainType = {
  fields: TRADE_FIELDS,
  core: ["trading_date_time", "price", "quantity"],
  eraOf: (record) => {
    const isLegacy = "lastTradeTime" in record || (!("tradingDateAndTime" in record) && "isin" in record);
    return isLegacy ? "2025-legacy" : "2026-mifid";
  },
  isUnstored: () => false,
};

/** Groups are numbered; those of the witnesses are the first. */
const OF_DEPTH =
  /^md(Bid|Ask)MktDepthGroup\d*$|^aggregatedNumberOfOrdersAndQuotes(Bid|Ask)$|^mdupdateDateAndTime$/;
const OF_TOP = QUOTE_FIELDS.slice(2, 6).flatMap(([, first, second]) => [first!, second!]);

export const PLAIN_QUOTES: PlainType = {
  fields: QUOTE_FIELDS,
  core: ["time", "bid", "bid_quantity", "ask", "ask_quantity"],
  eraOf: () => "2026-mifid",
  isUnstored: (record) => {
    const says = (key: string) => (record[key] ?? "") !== "";
    return Object.keys(record).some((key) => OF_DEPTH.test(key) && says(key)) && !OF_TOP.some(says) &&
      says("instrumentIdentificationCode");
  },
};

const MEBIBYTE = 1 << 20;

/** Reads a whole file. */
export function plainlyDecoded(file: Uint8Array, type: PlainType = PLAIN_TRADES): PlainFile {
  const all: Row[] = [];
  const bad: { line: number; reason: string }[] = [];
  const unknownKeys = new Map<string, number>();
  const substitutes = new Set<string>();
  let firstKeys: string[] | null = null;
  let unstored = 0;
  for (const [index, bytes] of linesOf(file).entries()) {
    const record = recordOf(bytes);
    if (record === null) continue;
    if (typeof record === "string") {
      bad.push({ line: index + 1, reason: record });
      continue;
    }
    firstKeys ??= Object.keys(record);
    if (type.isUnstored(record)) {
      unstored++;
      continue;
    }
    const { row, unknown } = rowOf(record, type);
    for (const key of unknown) {
      unknownKeys.set(key, (unknownKeys.get(key) ?? 0) + 1);
      if (/[0-9]/.test(jsonOf(record[key]))) substitutes.add(key);
    }
    if (typeof row === "string") bad.push({ line: index + 1, reason: row });
    else all.push(row);
  }
  return {
    rows: all.length,
    unstored,
    rejected: bad.length,
    examples: bad.slice(0, 5),
    unrecognizedKeys: all.length + unstored === 0 && bad.length > 0 ? firstKeys ?? [] : null,
    unfilled: type.core.filter((column) => all.length > 0 && all.every((row) => !(column in row)))
      .map((column) => type.fields.findIndex(([name]) => name === column)),
    unknownKeys,
    substitutes,
    all,
  };
}

function linesOf(file: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = file.indexOf(10); end >= 0; end = file.indexOf(10, start)) {
    lines.push(file.subarray(start, end));
    start = end + 1;
  }
  return start < file.length ? [...lines, file.subarray(start)] : lines;
}

/**
 * The object on a line, null when it is blank, or why it is not an object. It follows JSON.parse, with two
 * exceptions: a byte order mark before a line is ignored, and so is white space around it, even of a kind that
 * JSON does not allow. Editors put them there, and neither changes what a row means.
 */
function recordOf(bytes: Uint8Array): Record<string, unknown> | string | null {
  if (bytes.length > MEBIBYTE) return `longer than ${MEBIBYTE} bytes`;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/^\uFEFF/, "")
      .trim();
  } catch {
    return "not UTF-8";
  }
  if (text === "") return null;
  try {
    const record = JSON.parse(text, asWritten);
    return isObject(record) ? record : "not a JSON object";
  } catch {
    return "not JSON";
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]" && !(value instanceof Written);
}

/** A number with all its digits. */
class Written {
  constructor(readonly digits: string) {}
}

function asWritten(_key: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === "number" ? new Written(source) : value;
}

/**
 * The row of a record, or why it is not a row. Null, or an empty text in a known field, counts as missing.
 * What has no column, or does not fit into it, or comes second, goes to `extra`.
 */
function rowOf(
  record: Record<string, unknown>,
  { fields, eraOf }: PlainType,
): { row: Row | string; unknown: string[] } {
  const columns = new Map<string, Row[string]>();
  const extra: [string, unknown][] = [];
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(record)) {
    const field = fields.find(([, first, second]) => key === first || key === second);
    if (value === null || (field !== undefined && value === "")) continue;
    if (field === undefined) unknown.push(key);
    const fitting = field === undefined || columns.has(field[0]) ? null : fit(value, field[3]);
    if (fitting === null) extra.push([key, value]);
    else columns.set(field![0], fitting);
  }
  if (!columns.has("isin")) return { row: "without isin", unknown };
  columns.set("schema_version", eraOf(record));
  if (extra.length > 0) columns.set("extra", sortedJson(extra));
  const order = [...fields.map(([column]) => column), "schema_version", "extra"];
  const row = order.filter((column) => columns.has(column)).map((column) => [column, columns.get(column)!]);
  return { row: Object.fromEntries(row), unknown };
}

function sortedJson(entries: [string, unknown][]): string {
  const keys = entries.map(([key]) => key).sort();
  const members = keys.map((key) => {
    const [, value] = entries.find(([other]) => other === key)!;
    return `${JSON.stringify(key)}:${jsonOf(value)}`;
  });
  return `{${members.join(",")}}`;
}

/** JSON without a space, its numbers as they were written. */
function jsonOf(value: unknown): string {
  if (value instanceof Written) return value.digits;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${jsonOf(member)}`);
  return `{${members.join(",")}}`;
}

/** A value as its column holds it; null when it does not fit. */
function fit(value: unknown, form: Form): Row[string] | null {
  switch (form) {
    case "text":
      return textOf(value);
    case "time":
      return typeof value === "string" ? instant(value) : null;
    case "number":
      return numberOf(value, Number.isFinite);
    case "long":
      return numberOf(value, Number.isSafeInteger);
    case "int":
      return numberOf(value, (n) => Number.isInteger(n) && n >= -(2 ** 31) && n < 2 ** 31);
    case "flag":
      return value === "H" ? 1 : value === "-" ? 0 : null;
    case "date":
      return dateOf(textOf(value) ?? "");
  }
}

/** UTF-8 has no half of a surrogate pair: such a half becomes U+FFFD. */
function textOf(value: unknown): string | null {
  if (value instanceof Written) return value.digits;
  if (typeof value === "boolean") return `${value}`;
  if (typeof value !== "string") return null;
  return value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

/** A number, or a text that JSON would take for one, unless it is beyond 2⁵³ and printing it would give other digits. */
function numberOf(value: unknown, fits: (n: number) => boolean): number | null {
  const text = value instanceof Written ? value.digits : value;
  if (typeof text !== "string" || !/^[-\d]/.test(text) || !/\d$/.test(text)) return null;
  const number = parsed(text);
  if (typeof number !== "number" || !fits(number)) return null;
  return Math.abs(number) < 2 ** 53 || mantissa(text) === mantissa(`${number}`) ? number : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The digits of a number, without its sign, its point, its exponent and the zeros at both ends. */
function mantissa(text: string): string {
  const [digits] = text.replace(/^-/, "").split(/[eE]/);
  return digits.replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
}

/** `2026-12-18` or `20261218` as days since 1970. */
function dateOf(text: string): number | null {
  const digits = /^\d{4}-?\d\d-?\d\d$/.test(text) ? text.replaceAll("-", "") : "";
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number);
  // The first century after Christ is no date of a contract.
  return digits === "" || year < 100 || !isDay(year, month, day) ? null : daysSince1970(year, month, day);
}

/**
 * An instant as nanoseconds since 1970, if 64 bits hold it: the exchange's form by hand, the other forms of ISO 8601 by
 * Temporal, which reads the 60th second of a minute as its 59th.
 */
function instant(text: string): bigint | null {
  const nanos = exchangeTime(text) ?? otherTime(text);
  return nanos !== null && nanos > -(2n ** 63n) + 1n && nanos < 2n ** 63n ? nanos : null;
}

/** `2026-09-01T08:34:00.042457058Z`, with none to nine digits of fraction. */
function exchangeTime(text: string): bigint | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{0,9}))?Z$/.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const seconds = ((daysSince1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
  return BigInt(seconds) * 1_000_000_000n + BigInt((parts[7] ?? "").padEnd(9, "0"));
}

function otherTime(text: string): bigint | null {
  try {
    return Temporal.Instant.from(text.replace(/\.Z$/, "Z")).epochNanoseconds;
  } catch {
    return null;
  }
}

function isDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

/** By Howard Hinnant's algorithm for the proleptic Gregorian calendar. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const ofEra = (y - era * 400) * 365 + Math.floor((y - era * 400) / 4) - Math.floor((y - era * 400) / 100) +
    ofYear;
  return era * 146_097 + ofEra - 719_468;
}
