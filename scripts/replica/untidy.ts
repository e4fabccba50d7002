import type { Random } from "./random.ts";
import type { Trade } from "./trade.ts";
import type { Quirks } from "./wire.ts";

/** How much of a day deviates from the usual, as shares of its trades (or of its files, where said). */
export interface Untidiness {
  /** Trades that are cancelled, and amended, within the next minutes: their id comes again. */
  readonly cancellations: number;
  readonly amendments: number;
  /** Rows that come again, the same in every key, at the head of the next file. */
  readonly duplicates: number;
  readonly missingIds: number;
  readonly missingPublicationTimes: number;
  readonly unknownKeys: number;
  /** Contracts of Eurex whose expiry is no date. */
  readonly badContractDates: number;
  readonly shortFractions: number;
  readonly quotedNumbers: number;
  readonly blankLines: number;
  /** Files with CRLF line ends, and files whose last line has no end. */
  readonly crlfFiles: number;
  readonly openEndedFiles: number;
  /** Trades of Frankfurt, and of Xetra, that are price fixings: their quantity is 0 or missing. */
  readonly fixings: number;
  readonly auctionPrices: number;
  /** Trades of Xetra in the other currency of their ISIN; half of them differ in nothing else from the one before. */
  readonly twoCurrencies: number;
  /** Trades of Tradegate without trading time and with price 0, and files with such a row and no other. */
  readonly withoutTime: number;
  readonly loneRows: number;
  /** Trades of Eurex in packages, which have no price, and those whose id another trade has as well. */
  readonly packages: number;
  readonly sharedIds: number;
  /** Rows without a value that they usually have: the key is missing, null, or an empty text. */
  readonly missingValues: number;
  /** Files whose rows have the file's name for their message id. */
  readonly fileIds: number;
}

/** None of it. */
export const TIDY: Untidiness = {
  cancellations: 0,
  amendments: 0,
  duplicates: 0,
  missingIds: 0,
  missingPublicationTimes: 0,
  unknownKeys: 0,
  badContractDates: 0,
  shortFractions: 0,
  quotedNumbers: 0,
  blankLines: 0,
  crlfFiles: 0,
  openEndedFiles: 0,
  fixings: 0,
  auctionPrices: 0,
  twoCurrencies: 0,
  withoutTime: 0,
  loneRows: 0,
  packages: 0,
  sharedIds: 0,
  missingValues: 0,
  fileIds: 0,
};

/**
 * What real rows show, about as often. Most rows of Frankfurt are fixings; one of six rows of Eurex was a package; of
 * its ids one in some 6,000 came twice. Null times were seen on one day, corrections on Eurex only: both are rare.
 */
export const REAL: Untidiness = {
  ...TIDY,
  cancellations: 0.0001,
  fixings: 0.6,
  auctionPrices: 0.002,
  twoCurrencies: 0.01,
  withoutTime: 0.0001,
  packages: 0.15,
  sharedIds: 1 / 6000,
};

/** Enough of what every venue may send that a day of some hundred trades has it all. For tests. */
export const UNTIDY: Untidiness = {
  ...TIDY,
  cancellations: 0.02,
  amendments: 0.02,
  duplicates: 0.02,
  missingIds: 0.02,
  missingPublicationTimes: 0.01,
  unknownKeys: 0.03,
  badContractDates: 0.01,
  shortFractions: 0.1,
  quotedNumbers: 0.05,
  blankLines: 0.01,
  crlfFiles: 0.1,
  openEndedFiles: 0.2,
};

/** The same with everything that single venues were seen to send, nulls above all. For tests. */
export const ODD: Untidiness = {
  ...UNTIDY,
  fixings: 0.6,
  auctionPrices: 0.05,
  twoCurrencies: 0.06,
  withoutTime: 0.03,
  loneRows: 0.15,
  packages: 0.15,
  sharedIds: 0.03,
  missingValues: 0.03,
  fileIds: 0.2,
};

const REGULAR: Quirks = {};

/** A trade and how its line deviates. */
export interface Row {
  readonly trade: Trade;
  readonly quirks: Quirks;
}

/** Changes a new trade by chance: missing values, additional ones, and how it is written. */
export function roughened(trade: Trade, rates: Untidiness, random: Random): Row {
  if (random.chance(rates.missingIds)) trade.transaction_id = null;
  else if (random.chance(rates.missingPublicationTimes) && sameDay(trade)) trade.distribution_time = null;
  if (random.chance(rates.unknownKeys)) trade.extra = extra(random);
  if (trade.contract_date !== null && random.chance(rates.badContractDates)) {
    trade.contract_date = null;
    trade.extra = JSON.stringify({ contractDate: "PERP" });
  }
  return { trade, quirks: quirks(trade, rates, random) };
}

/** A later row that cancels or amends `trade`: same id and trading time, published at `publicationTime`. */
export function correction(trade: Trade, flag: "A" | "C", publicationTime: string): Trade {
  const quantity = flag === "A" && trade.quantity !== null ? trade.quantity + 1 : trade.quantity;
  return { ...trade, quantity, modification_flag: flag, distribution_time: publicationTime };
}

/** Joins lines into a file, with its line ends, blank lines and last newline; no lines make no bytes. */
export function fileText(lines: readonly string[], rates: Untidiness, random: Random): string {
  if (lines.length === 0) return "";
  const lineEnd = random.chance(rates.crlfFiles) ? "\r\n" : "\n";
  const spaced = lines.map((line) => random.chance(rates.blankLines) ? line + lineEnd : line);
  return spaced.join(lineEnd) + (random.chance(rates.openEndedFiles) ? "" : lineEnd);
}

function quirks(trade: Trade, rates: Untidiness, random: Random): Quirks {
  const quoted = random.chance(rates.quotedNumbers);
  if (!random.chance(rates.shortFractions)) return quoted ? { quoted } : REGULAR;
  const digits = random.below(10);
  trade.trading_date_time = trade.trading_date_time?.slice(0, 20 + digits).padEnd(29, "0") ?? null;
  return { quoted, digits };
}

/** Keys that no era has, sorted; strings, numbers and booleans whose text is the same after parsing. */
function extra(random: Random): string {
  return random.pick([
    JSON.stringify({ mmtContingentTransactionInd: "-" }),
    JSON.stringify({ clearingVenue: true, settlementDays: 2 }),
    JSON.stringify({ a: 1.5, note: 'quoted "text" – ümlaut\n' }),
  ]);
}

function sameDay(trade: Trade): boolean {
  return trade.trading_date_time?.slice(0, 10) === trade.distribution_time?.slice(0, 10);
}
