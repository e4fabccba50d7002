import type { RecordType } from "../feed/records/record_type.ts";
import { BarBatches, BARS_GROUP_ROWS } from "./bar_batches.ts";
import { NATURE } from "./price_forming.ts";
import type { GroupColumns, TradeColumns } from "./trade_columns.ts";

/** The price notation for percent of par. */
const PERCENT = 2;

/** Bars that are added up row by row. */
export abstract class AddedBatches<V extends TradeColumns> extends BarBatches<V> {
  readonly #figures: Figures;

  /** Prices of rows with one of the bits `unpriced` in their nature are left out, but the rows count. */
  constructor(
    type: RecordType,
    groupColumns: GroupColumns<V>,
    hasTurnover: boolean,
    readonly unpriced: number,
  ) {
    super(type, groupColumns, hasTurnover);
    this.#figures = new Figures(this.numbers);
  }

  /** Begins a bar, to which rows belong from now on. Returns its place in the columns. */
  protected beginBar(): number {
    if (this.bars === BARS_GROUP_ROWS) this.takeFull();
    this.#figures.clear(this.bars);
    return this.bars++;
  }

  /** Adds rows to the last bar, none of them earlier than those before. */
  protected addRows(columns: TradeColumns, from: number, to: number): void {
    this.#figures.add(this.bars - 1, columns, from, to, this.unpriced);
  }

  protected override finish(bars: number): void {
    this.#figures.finish(bars);
  }
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
    { prices, quantities, natures, notations }: TradeColumns,
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
