/**
 * What is known of a line of an ISIN at a time: each side as it was last published, perhaps hours ago. `dist/sql/quotes.sql`
 * has the same rules for DuckDB.
 */
import { NULL_TIME, type NumberColumn } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import type { RowGroup } from "../../store/row_group.ts";

/** One side of the book. */
export interface Side {
  /** 0 if the side was withdrawn; `NaN` if nothing was published about it. */
  price: number;
  /** 0 with a price: the price is indicative; `NaN`: the size was not published. */
  quantity: number;
  /** The time of its last update, in nanoseconds since 1970 UTC. */
  time: bigint;
}

/** Whether a side is binding; an indicative price binds nobody. */
export type SideKind = "quoted" | "indicative" | "withdrawn";

/** Both sides, and what belongs to both. */
export interface Quote {
  readonly bid: Side;
  readonly ask: Side;
  /** The phase of trading as a number of T7; `NaN` is unknown. */
  phase: number;
  /** 1 money, 2 percent of par; `NaN` is unknown. */
  notation: number;
}

const place = (name: string) => columnIndex(QUOTES, name);
/** The columns of each side. */
export const BID = { price: place("bid"), quantity: place("bid_quantity") };
export const ASK = { price: place("ask"), quantity: place("ask_quantity") };
export const PHASE = place("phase");
export const NOTATION = place("price_notation");

/** A quote before the first row. */
export function newQuote(): Quote {
  const side = (): Side => ({ price: NaN, quantity: NaN, time: NULL_TIME });
  return { bid: side(), ask: side(), phase: NaN, notation: NaN };
}

/** The columns of a row group that quotes are made of. */
export interface QuoteColumns {
  readonly bids: Float64Array;
  readonly bidQuantities: Float64Array;
  readonly asks: Float64Array;
  readonly askQuantities: Float64Array;
  readonly phases: Float64Array;
  readonly notations: Float64Array;
}

export function quoteColumns(group: RowGroup): QuoteColumns {
  const numbers = (index: number) => (group.column(index) as NumberColumn).values;
  return {
    bids: numbers(BID.price),
    bidQuantities: numbers(BID.quantity),
    asks: numbers(ASK.price),
    askQuantities: numbers(ASK.quantity),
    phases: numbers(PHASE),
    notations: numbers(NOTATION),
  };
}

/** Applies a row with this time. What the row does not have stays as it was; a size without a price is ignored. */
export function applyRow(quote: Quote, columns: QuoteColumns, row: number, time: bigint): void {
  applySide(quote.bid, columns.bids[row], columns.bidQuantities[row], time);
  applySide(quote.ask, columns.asks[row], columns.askQuantities[row], time);
  if (!Number.isNaN(columns.phases[row])) quote.phase = columns.phases[row];
  if (!Number.isNaN(columns.notations[row])) quote.notation = columns.notations[row];
}

function applySide(side: Side, price: number, quantity: number, time: bigint): void {
  if (Number.isNaN(price)) return;
  side.price = price;
  side.quantity = quantity;
  side.time = time;
}

/** Whether there is a price on both sides. */
export function isTwoSided({ bid, ask }: Quote): boolean {
  return isPriced(bid) && isPriced(ask);
}

export function isPriced({ price }: Side): boolean {
  return price !== 0 && !Number.isNaN(price);
}

/** Null where nothing was published of the side. */
export function kindOf(side: Side): SideKind | null {
  if (Number.isNaN(side.price)) return null;
  if (side.price === 0) return "withdrawn";
  return side.quantity === 0 ? "indicative" : "quoted";
}

/** Makes a quote the same as another one. */
export function copyQuote(from: Quote, to: Quote): void {
  Object.assign(to.bid, from.bid);
  Object.assign(to.ask, from.ask);
  to.phase = from.phase;
  to.notation = from.notation;
}
