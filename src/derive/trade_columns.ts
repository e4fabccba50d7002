import type { NumberColumn, TextColumn, TimeColumn } from "../feed/records/batch.ts";
import { columnIndex } from "../feed/records/record_type.ts";
import { TRADES } from "../feed/records/trades.ts";
import type { RowGroup } from "../store/row_group.ts";
import { LINE_COLUMNS, type LineColumns, lineColumnsOf } from "./line.ts";
import { naturesOf } from "./price_forming.ts";

const place = (name: string) => columnIndex(TRADES, name);
const COLUMNS = {
  times: TRADES.time.event,
  prices: place("price"),
  quantities: place("quantity"),
  notations: place("price_notation"),
};
const OF_LINE = LINE_COLUMNS.map(place);
const lineColumns = lineColumnsOf(TRADES);

/** The columns of a row group that are needed for bars, each read once. */
export interface TradeColumns extends LineColumns {
  readonly times: BigInt64Array;
  /** The low and the high word of each time. */
  readonly timeWords: Int32Array;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  /** How each row counts, in the bits of `NATURE`. */
  readonly natures: Uint8Array;
  readonly notations: Float64Array;
  /** Whether the rows of an ISIN are known to belong to one line: a row group of Xetra has one currency, as a rule. */
  readonly hasOneLine: boolean;
}

/** Creates groupColumns of row groups, and remembers each one for as long as its group exists. */
export class GroupColumns<V extends TradeColumns> {
  readonly #columns = new WeakMap<RowGroup, V>();

  constructor(readonly make: (group: RowGroup) => V) {}

  of(group: RowGroup): V {
    return this.#columns.getOrInsertComputed(group, this.make);
  }
}

/** Reads the columns of a row group that bars of a minute need. */
export function tradeColumnsOf(group: RowGroup): TradeColumns {
  const numbers = (index: number) => (group.column(index) as NumberColumn).values;
  const times = (group.column(COLUMNS.times) as TimeColumn).nanos;
  return {
    ...lineColumns(group),
    times,
    timeWords: new Int32Array(times.buffer, times.byteOffset, 2 * times.length),
    prices: numbers(COLUMNS.prices),
    quantities: numbers(COLUMNS.quantities),
    natures: naturesOf(group),
    notations: numbers(COLUMNS.notations),
    hasOneLine: OF_LINE.every((index) =>
      (group.column(index) as TextColumn | NumberColumn).isUniform === true
    ),
  };
}
