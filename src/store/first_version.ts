import { columnIndex, COLUMNS, IDENTITY_COLUMNS } from "../feed/records/fields.ts";
import { gather } from "../feed/records/gather.ts";
import type { Trades } from "../feed/records/trades.ts";
import type { SortedSource } from "./merge.ts";
import { agreeIn, compareTrades } from "./order.ts";

/*
 * Files of trades that version 0.1.0 wrote: their price, quantity and trading time are REQUIRED, they lack the columns that
 * came later, and the currency was no part of a trade's identity. They stay as they are until something is added to them.
 */

/** Columns that came later. */
const LATER: ReadonlySet<string> = new Set([
  "contract_type",
  "settlement_method",
  "clearing_flag",
  "pending_price",
  "price_forming",
  "deferral_type",
  "generation_number",
  "exercise_style",
]);

/** The columns of a file of version 0.1.0 in their order, as places in `COLUMNS`. */
export const FIRST_COLUMNS: readonly number[] = [...COLUMNS.keys()].filter((index) =>
  !LATER.has(COLUMNS[index].name)
);

/** What comes before the currency in the order of trades: rows that differ in it are in the same order as ever. */
const BEFORE_CURRENCY = IDENTITY_COLUMNS.slice(0, IDENTITY_COLUMNS.indexOf(columnIndex("price_currency")));

/**
 * The same trades in today's order. Only rows that agree in all that comes before the currency may change places: a few
 * legs or corrections of one id. Holds one batch and one set of such rows.
 */
export async function* inPresentOrder(source: SortedSource): SortedSource {
  let held: Trades = { rows: 0, columns: [] };
  for await (const piece of source) {
    const trades = held.rows === 0 ? piece : rowsOf([held, piece]);
    const end = lastTie(trades);
    if (end > 0) yield ordered(slice(trades, 0, end));
    held = slice(trades, end, trades.rows);
  }
  if (held.rows > 0) yield ordered(held);
}

/** Where the rows begin that agree with the last one. */
function lastTie(trades: Trades): number {
  let start = Math.max(0, trades.rows - 1);
  while (start > 0 && isTie(trades, start - 1)) start--;
  return start;
}

function isTie(trades: Trades, row: number): boolean {
  return agreeIn(BEFORE_CURRENCY, trades, row, trades, row + 1);
}

function ordered(trades: Trades): Trades {
  const row = Uint32Array.from({ length: trades.rows }, (_, i) => i);
  let isChanged = false;
  for (let start = 0, end = 1; start < trades.rows; start = end++) {
    while (end < trades.rows && isTie(trades, end - 1)) end++;
    if (end - start === 1) continue;
    row.subarray(start, end).sort((i, j) => compareTrades(trades, i, trades, j));
    isChanged = true;
  }
  return isChanged ? gather({ batches: [trades], batch: new Uint32Array(trades.rows), row }) : trades;
}

function slice(trades: Trades, start: number, end: number): Trades {
  const row = Uint32Array.from({ length: end - start }, (_, i) => start + i);
  return gather({ batches: [trades], batch: new Uint32Array(row.length), row });
}

/** The rows of both batches, one behind the other. */
function rowsOf(batches: readonly [Trades, Trades]): Trades {
  const [{ rows }, more] = batches;
  const batch = Uint32Array.from({ length: rows + more.rows }, (_, i) => Number(i >= rows));
  return gather({ batches, batch, row: batch.map((second, i) => second === 0 ? i : i - rows) });
}
