/**
 * Which rows form a price, according to the exchange's MMT flags. Source of the codes: FIX MMT, ESMA's post-trade
 * tables. `dist/sql/trades.sql` has the same for DuckDB.
 */
import type { NumberColumn, TextColumn } from "../feed/records/batch.ts";
import { TRADES } from "../feed/records/trades.ts";
import { columnIndex } from "../feed/records/record_type.ts";
import type { RowGroup } from "../store/row_group.ts";

/** How a row counts. */
export const NATURE = { offBook: 1, auction: 2, outOfSession: 4 } as const;

const place = (name: string) => columnIndex(TRADES, name);
const PRICE = place("price");
const TRADING_MODE = place("trading_mode");

/** Values of a column that make a row off-book. */
interface OffBook {
  readonly column: number;
  readonly holds: (value: string) => boolean;
}

const OFF_BOOK: readonly OffBook[] = [
  { column: place("price_forming"), holds: oneOf("T", "J", "N") },
  { column: place("benchmark_flag"), holds: oneOf("B", "S") },
  { column: TRADING_MODE, holds: oneOf("5", "6", "7") },
  { column: place("negotiated_flag"), holds: (value) => value !== "-" },
  { column: place("transaction_category"), holds: oneOf("Z", "Y") },
  { column: place("pending_price"), holds: () => true },
];

/** Trading modes that are auctions: opening, closing, intraday, unscheduled. */
const isAuction = oneOf("O", "K", "I", "U");
const isOutOfSession = oneOf("4");

/**
 * How each row of a group counts, in the bits of `NATURE`. Rows without a price are off-book, and rows whose flags say
 * that their price is not a market price.
 */
export function naturesOf(group: RowGroup): Uint8Array {
  const natures = new Uint8Array(group.rows);
  const { values } = group.column(PRICE) as NumberColumn;
  if (values.includes(NaN)) {
    for (let row = 0; row < group.rows; row++) if (Number.isNaN(values[row])) natures[row] = NATURE.offBook;
  }
  for (const { column, holds } of OFF_BOOK) mark(natures, group.column(column), holds, NATURE.offBook);
  mark(natures, group.column(TRADING_MODE), isAuction, NATURE.auction);
  mark(natures, group.column(TRADING_MODE), isOutOfSession, NATURE.outOfSession);
  return natures;
}

/** Sets a bit for rows whose text satisfies `holds`; most columns have no such text and cost nothing. */
function mark(
  natures: Uint8Array,
  column: ReturnType<RowGroup["column"]>,
  holds: (value: string) => boolean,
  bit: number,
): void {
  const { codes, values } = column as TextColumn;
  const marks = Uint8Array.from(values, (value) => value !== null && holds(value) ? bit : 0);
  if (!marks.includes(bit)) return;
  for (let row = 0; row < natures.length; row++) natures[row] |= marks[codes[row]];
}

function oneOf(...codes: string[]): (value: string) => boolean {
  return (value) => codes.includes(value);
}
