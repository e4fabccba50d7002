/**
 * What the exchange leaves out of rows or sends twice, on the venues where it was seen: nulls, fixings, packages,
 * shared ids.
 */
import type { Random } from "./random.ts";
import type { Column, Trade } from "./trade.ts";
import type { Row, Untidiness } from "./untidy.ts";

/** Where a row stands: its venue, its trading day, and the new trade before it in the same file. */
export interface Place {
  readonly venue: string;
  readonly date: string;
  readonly before: Trade | null;
}

type Change = (trade: Trade, rates: Untidiness, random: Random) => void;

/** Rows that are published without a price, a quantity or a time of trading. */
const INCOMPLETE: Readonly<Record<string, Change>> = {
  DETR: (trade, { auctionPrices }, random) => random.chance(auctionPrices) && fix(trade, random),
  DFRA: (trade, { fixings }, random) => random.chance(fixings) && fix(trade, random),
  DEUR: (trade, { packages }, random) => random.chance(packages) && leavePriceOpen(trade),
};

/** Changes a new row by chance into another form that its venue sends; true when the result resembles `before`. */
export function makeOdd(
  row: Row,
  place: Place,
  rates: Untidiness,
  random: Random,
): { row: Row; isTwin: boolean } {
  const { trade } = row;
  if (place.venue === "DGAT" && random.chance(rates.withoutTime)) {
    return { row: withoutTime(row, place.date), isTwin: false };
  }
  if (resembles(trade, place, rates, random)) return { row: { trade, quirks: {} }, isTwin: true };
  INCOMPLETE[place.venue]?.(trade, rates, random);
  const isLacking = random.chance(rates.missingValues);
  return { row: isLacking ? lacking(row, place.date, random) : row, isTwin: false };
}

/** A row of Tradegate of 2026-10-05: a bond with a price of 0, and null for the time of trading. */
export function withoutTime(row: Row, date: string): Row {
  const { trade, quirks } = row;
  trade.price = 0;
  if (!mayLoseTime(trade, date)) return row;
  trade.trading_date_time = null;
  return { trade, quirks: { ...quirks, nulls: ["trading_date_time"] } };
}

/** A price without turnover: from an auction, with a quantity of 0 or none. */
function fix(trade: Trade, random: Random): void {
  const isZero = random.chance(0.5);
  trade.trading_mode = "I";
  trade.quantity = isZero ? 0 : null;
  trade.notional_amount = isZero && trade.notional_amount !== null ? 0 : null;
}

/** A package of Eurex, for which no single price is published. */
function leavePriceOpen(trade: Trade): void {
  if (trade.schema_version === "2025-legacy") return;
  trade.price = trade.notional_amount = null;
  trade.pending_price = "U";
  trade.transaction_category = "Z";
  trade.last_trade_indicator = "a";
}

/**
 * Makes a row equal to the previous one except for its currency or contract, or gives it the same id; returns whether
 * it did.
 */
function resembles(trade: Trade, { venue, before }: Place, rates: Untidiness, random: Random): boolean {
  if (before?.transaction_id === null || before === null) return false;
  if (venue === "DETR" && random.chance(rates.twoCurrencies)) {
    const isTwin = before.price_currency !== null && random.chance(0.5);
    if (isTwin) become(trade, before);
    trade.price_currency = trade.price_currency === "EUR" ? "USD" : "EUR";
    return isTwin;
  }
  if (venue === "DEUR" && random.chance(rates.sharedIds)) {
    const isTwin = before.contract_date !== null && random.chance(0.5);
    if (isTwin) become(trade, before, { contract_date: yearLater(before.contract_date!) });
    else trade.transaction_id = before.transaction_id;
    return isTwin;
  }
  return false;
}

/** Copies another trade, except for its publication and the given changes. */
function become(trade: Trade, other: Trade, changes: Partial<Trade> = {}): void {
  Object.assign(
    trade,
    other,
    { distribution_time: trade.distribution_time ?? other.distribution_time },
    changes,
  );
}

/** Expiries are third Fridays, and so never leap days. */
function yearLater(date: string): string {
  return `${Number(date.slice(0, 4)) + 1}${date.slice(4)}`;
}

/**
 * Any value but the ISIN may be missing. Without an id all columns distinguish trades; `missingIds` takes care of
 * that.
 */
const LOSABLE: readonly Column[] = [
  "trading_date_time",
  "price",
  "quantity",
  "price_currency",
  "execution_venue",
  "distribution_time",
  "trading_mode",
  "modification_flag",
  "pub_deferral",
  "message_id",
  "trading_system",
  "price_notation",
  "last_trade_indicator",
];

/** A row without one of its values, whose key is missing, null, or has an empty text. */
function lacking({ trade, quirks }: Row, date: string, random: Random): Row {
  const column = random.pick(LOSABLE);
  const isTime = column === "trading_date_time" || column === "distribution_time";
  if (isTime && !mayLoseTime(trade, date)) return { trade, quirks };
  Object.assign(trade, { [column]: null });
  if (isTime && random.chance(0.3)) trade.trading_date_time = trade.distribution_time = null;
  const spelling = random.pick([{}, { nulls: [column] }, { blanks: [column] }]);
  return { trade, quirks: { ...quirks, ...spelling } };
}

/** Whether a row belongs to the UTC date of its trading day by either of its times and without both. */
function mayLoseTime({ trading_date_time, distribution_time }: Trade, date: string): boolean {
  return [trading_date_time, distribution_time].every((time) => time === null || time.startsWith(date));
}
