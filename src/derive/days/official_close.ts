import type { TextColumn } from "../../feed/records/batch.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { NATURE } from "../price_forming.ts";
import { type TradeColumns, tradeColumnsOf } from "../trade_columns.ts";

const LAST_TRADE = columnIndex(TRADES, "last_trade_indicator");
const MODE = columnIndex(TRADES, "trading_mode");

/**
 * Ranks a row as a candidate for the official close: the last row of the highest rank is taken. The same for DuckDB is
 * in `dist/sql/bars_of_trades.sql`.
 */
const RANK = { none: 0, offBook: 1, outOfSession: 2, inSession: 3, closingMode: 4, closingPrice: 5 } as const;

/** The kind of official close for each rank. */
export const CLOSE_KINDS = [null, "off_book", "last", "last", "auction", "auction"] as const;

/** The columns from which bars of a day are made. */
export interface DayColumns extends TradeColumns {
  /** Each row's rank as a candidate for the official close; 0 if it has no price. */
  readonly closeRanks: Uint8Array;
}

/** Reads these columns of a row group. */
export function dayColumnsOf(group: RowGroup): DayColumns {
  const columns = tradeColumnsOf(group);
  return { ...columns, closeRanks: ranksOf(group, columns) };
}

/** Xetra marks only rows of its closing auction with `C`; `K` is the MMT code for a scheduled closing auction. */
function ranksOf(group: RowGroup, { prices, natures }: TradeColumns): Uint8Array {
  const [trades, modes] = [LAST_TRADE, MODE].map((index) => group.column(index) as TextColumn);
  const isClosingPrice = trades.values.map((value) => value === "C");
  const isClosingMode = modes.values.map((value) => value === "K");
  const ranks = new Uint8Array(group.rows);
  for (let row = 0; row < ranks.length; row++) { // a loop, since a function for each row takes several times as long
    if (Number.isNaN(prices[row])) ranks[row] = RANK.none;
    else if ((natures[row] & NATURE.offBook) !== 0) ranks[row] = RANK.offBook;
    else if (isClosingPrice[trades.codes[row]]) ranks[row] = RANK.closingPrice;
    else if (isClosingMode[modes.codes[row]]) ranks[row] = RANK.closingMode;
    else ranks[row] = (natures[row] & NATURE.outOfSession) === 0 ? RANK.inSession : RANK.outOfSession;
  }
  return ranks;
}
