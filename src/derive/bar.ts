import { NATURE } from "./price_forming.ts";
import type { TradeView } from "./trade_view.ts";

/** The price notation for percent of par. */
const PERCENT = 2;

/** Prices and quantities of a period; a missing price is `NaN`. */
export class Bar {
  open = NaN;
  high = NaN;
  low = NaN;
  close = NaN;
  volume = 0;
  turnover = 0;
  /** Sum of price × quantity, in whatever unit the price has. */
  weight = 0;
  trades = 0;
  fixings = 0;
  auctionVolume = 0;
  offBookVolume = 0;
  offBookTrades = 0;

  /** `start` in microseconds since 1970 UTC; of a day, in days. */
  constructor(readonly start: number) {}

  /** Adds a row, which must not be earlier than the rows before it. */
  add({ prices, quantities, natures, notations }: TradeView, row: number): void {
    const quantity = quantities[row];
    const nature = natures[row];
    if ((nature & NATURE.offBook) !== 0) return this.#addOffBook(quantity);
    this.addPrice(prices[row], nature);
    if (quantity === 0 || Number.isNaN(quantity)) this.fixings++;
    else this.#addTrade(prices[row], quantity, notations[row] === PERCENT, (nature & NATURE.auction) !== 0);
  }

  /** Null if nothing was traded. */
  get vwap(): number {
    return this.volume === 0 ? NaN : this.weight / this.volume;
  }

  #addOffBook(quantity: number): void {
    this.offBookTrades++;
    if (!Number.isNaN(quantity)) this.offBookVolume += quantity;
  }

  /** Takes the price of a row that forms one. */
  protected addPrice(price: number, _nature: number): void {
    if (Number.isNaN(this.open)) this.open = this.high = this.low = price;
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    this.close = price;
  }

  #addTrade(price: number, quantity: number, isPercent: boolean, isAuction: boolean): void {
    const amount = price * quantity;
    this.trades++;
    this.volume += quantity;
    this.weight += amount;
    this.turnover += isPercent ? amount / 100 : amount;
    if (isAuction) this.auctionVolume += quantity;
  }
}
