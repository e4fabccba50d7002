import { type Batch, type ColumnData, Interner, storageOf, type TextColumn } from "../feed/records/batch.ts";
import type { Column, RecordType } from "../feed/records/record_type.ts";
import type { Line } from "./line.ts";
import type { Run } from "./open_lines.ts";
import { NATURE } from "./price_forming.ts";
import type { TradeView, Views } from "./trade_view.ts";

/**
 * Rows in a row group of bars. Who asks for one instrument reads one or two groups of each file; larger ones take longer in
 * this, and to write as well, smaller ones take more room. Measured with the bars of a day of 440,000 trades.
 */
export const BARS_GROUP_ROWS = 8_192;

/** The price notation for percent of par. */
const PERCENT = 2;

/**
 * Makes bars, column by column, in batches of as many rows as a row group: objects with a dozen numbers for each bar would cost
 * more than all the rest. Lines come in order of their keys, the bars of each in order of time.
 */
export abstract class BarBatches<V extends TradeView> {
  /** Batches that are full; the caller takes them out. */
  readonly full: Batch[] = [];
  protected readonly texts: Readonly<Record<string, Texts>>;
  protected readonly times: Readonly<Record<string, BigInt64Array>>;
  protected readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly #figures: Figures;
  #isin = "";
  #line: Line = { currency: null, contractDate: NaN, option: null, strike: NaN };
  /** The first bar of the line that is not labelled with it yet. */
  #lineStart = 0;
  #bars = 0;

  /**
   * Makes batches of up to a row group, of what `views` read; without `hasTurnover` the turnover stays null. Prices of
   * rows with one of the bits `unpriced` in their nature are left out, but the rows count.
   */
  constructor(
    readonly type: RecordType,
    readonly views: Views<V>,
    readonly hasTurnover: boolean,
    readonly unpriced: number,
  ) {
    this.texts = columnsOf(type, "text", () => new Texts());
    this.times = columnsOf(type, "time", () => new BigInt64Array(BARS_GROUP_ROWS));
    this.numbers = columnsOf(type, "number", () => new Float64Array(BARS_GROUP_ROWS));
    this.#figures = new Figures(this.numbers);
  }

  /** Adds the bars of a line, whose runs are in order of time. */
  abstract addLine(isin: string, line: Line, runs: readonly Run<V>[]): void;

  /** The bars that are in no full batch, as a batch; null if there are none. */
  rest(): Batch | null {
    return this.#bars === 0 ? null : this.#take();
  }

  /** Begins a line, to which bars belong from now on. */
  protected beginLine(isin: string, line: Line): void {
    this.#label();
    this.#isin = isin;
    this.#line = line;
  }

  /** Begins a bar, to which rows belong from now on. Returns its place in the columns. */
  protected beginBar(): number {
    if (this.#bars === BARS_GROUP_ROWS) this.full.push(this.#take());
    this.#figures.clear(this.#bars);
    return this.#bars++;
  }

  /** Adds rows to the last bar, none of them earlier than those before. */
  protected addRows(view: TradeView, from: number, to: number): void {
    this.#figures.add(this.#bars - 1, view, from, to, this.unpriced);
  }

  /** Sets the columns that only bars of this length have, once all bars of a batch are made. */
  protected abstract finish(bars: number): void;

  /** Sets the key of the last bars to their line. */
  #label(): void {
    const [start, end] = [this.#lineStart, this.#bars];
    this.#lineStart = end;
    const { texts, numbers } = this;
    texts.isin.fill(this.#isin, start, end);
    texts.price_currency.fill(this.#line.currency, start, end);
    texts.option_category.fill(this.#line.option, start, end);
    numbers.contract_date.fill(this.#line.contractDate, start, end);
    numbers.strike_price.fill(this.#line.strike, start, end);
  }

  #take(): Batch {
    this.#label();
    const rows = this.#bars;
    this.#bars = this.#lineStart = 0;
    this.#figures.finish(rows);
    if (!this.hasTurnover) this.numbers.turnover.fill(NaN);
    this.finish(rows);
    return { type: this.type, rows, columns: this.type.columns.map((column) => this.#column(column, rows)) };
  }

  #column({ name, kind }: Column, rows: number): ColumnData {
    switch (storageOf(kind)) {
      case "text":
        return this.texts[name].take(rows);
      case "time":
        return { kind: "time", nanos: this.times[name].slice(0, rows) };
      default:
        return { kind: "number", values: this.numbers[name].slice(0, rows) };
    }
  }
}

/** Makes one value for each column with this storage, keyed by column name. */
function columnsOf<T>(
  { columns }: RecordType,
  storage: ColumnData["kind"],
  make: () => T,
): Record<string, T> {
  const such = columns.filter(({ kind }) => storageOf(kind) === storage);
  return Object.fromEntries(such.map(({ name }) => [name, make()]));
}

/** The numbers that bars of all lengths have; null is `NaN`. */
class Figures {
  readonly #open: Float64Array;
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #close: Float64Array;
  readonly #volume: Float64Array;
  readonly #turnover: Float64Array;
  readonly #vwap: Float64Array;
  readonly #trades: Float64Array;
  readonly #fixings: Float64Array;
  readonly #auctionVolume: Float64Array;
  readonly #offBookVolume: Float64Array;
  readonly #offBookTrades: Float64Array;
  /** Sums of price × quantity, in whatever unit the price has. */
  readonly #weight = new Float64Array(BARS_GROUP_ROWS);

  constructor(columns: Readonly<Record<string, Float64Array>>) {
    this.#open = columns.open;
    this.#high = columns.high;
    this.#low = columns.low;
    this.#close = columns.close;
    this.#volume = columns.volume;
    this.#turnover = columns.turnover;
    this.#vwap = columns.vwap;
    this.#trades = columns.trades;
    this.#fixings = columns.fixings;
    this.#auctionVolume = columns.auction_volume;
    this.#offBookVolume = columns.off_book_volume;
    this.#offBookTrades = columns.off_book_trades;
  }

  clear(bar: number): void {
    this.#open[bar] =
      this.#high[bar] =
      this.#low[bar] =
      this.#close[bar] =
        NaN;
    this.#volume[bar] =
      this.#turnover[bar] =
      this.#weight[bar] =
      this.#trades[bar] =
      this.#fixings[bar] =
        0;
    this.#auctionVolume[bar] = this.#offBookVolume[bar] = this.#offBookTrades[bar] = 0;
  }

  add(
    bar: number,
    { prices, quantities, natures, notations }: TradeView,
    from: number,
    to: number,
    unpriced: number,
  ): void {
    for (let row = from; row < to; row++) {
      const nature = natures[row];
      const quantity = quantities[row];
      const hasQuantity = quantity === quantity && quantity !== 0; // NaN is null
      if ((nature & NATURE.offBook) !== 0) {
        this.#offBookTrades[bar]++;
        if (hasQuantity) this.#offBookVolume[bar] += quantity;
        continue;
      }
      if ((nature & unpriced) === 0) this.#addPrice(bar, prices[row]);
      if (!hasQuantity) this.#fixings[bar]++;
      else this.#addTrade(bar, prices[row], quantity, notations[row], nature);
    }
  }

  finish(bars: number): void {
    const [volume, weight, vwap] = [this.#volume, this.#weight, this.#vwap];
    for (let bar = 0; bar < bars; bar++) vwap[bar] = volume[bar] === 0 ? NaN : weight[bar] / volume[bar];
  }

  #addPrice(bar: number, price: number): void {
    const open = this.#open[bar];
    if (open !== open) this.#open[bar] = this.#high[bar] = this.#low[bar] = price;
    else if (price > this.#high[bar]) this.#high[bar] = price;
    else if (price < this.#low[bar]) this.#low[bar] = price;
    this.#close[bar] = price;
  }

  #addTrade(bar: number, price: number, quantity: number, notation: number, nature: number): void {
    const amount = price * quantity;
    this.#trades[bar]++;
    this.#volume[bar] += quantity;
    this.#weight[bar] += amount;
    this.#turnover[bar] += notation === PERCENT ? amount / 100 : amount;
    if ((nature & NATURE.auction) !== 0) this.#auctionVolume[bar] += quantity;
  }
}

/** A text column under construction. */
class Texts {
  readonly #codes = new Uint32Array(BARS_GROUP_ROWS);
  #interner = new Interner();

  put(row: number, value: string | null): void {
    this.#codes[row] = this.#interner.code(value);
  }

  fill(value: string | null, from: number, to: number): void {
    if (from < to) this.#codes.fill(this.#interner.code(value), from, to);
  }

  take(rows: number): TextColumn {
    const { values } = this.#interner;
    this.#interner = new Interner();
    return { kind: "text", codes: this.#codes.slice(0, rows), values };
  }
}
