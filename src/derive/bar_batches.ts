import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { type Batch, type ColumnData, Interner, type TextColumn } from "../feed/records/batch.ts";
import type { Bar, Line } from "./bar.ts";

/** Fills batches of bars, each with as many rows as a row group. */
export class BarBatches {
  readonly #isins: Texts;
  readonly #currencies: Texts;
  readonly #options: Texts;
  readonly #starts: BigInt64Array;
  readonly #numbers: Record<typeof NUMBERS[number], Float64Array>;
  #rows = 0;

  /** Makes batches of up to `capacity` rows; without `hasTurnover` the turnover stays null. */
  constructor(readonly capacity: number, readonly hasTurnover: boolean) {
    this.#isins = new Texts(capacity);
    this.#currencies = new Texts(capacity);
    this.#options = new Texts(capacity);
    this.#starts = new BigInt64Array(capacity);
    this.#numbers = Object.fromEntries(
      NUMBERS.map((name) => [name, new Float64Array(capacity)]),
    ) as Record<typeof NUMBERS[number], Float64Array>;
  }

  get isFull(): boolean {
    return this.#rows === this.capacity;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** Adds a bar; there must be room. */
  add(isin: string, line: Line, bar: Bar): void {
    const row = this.#rows++;
    this.#isins.put(row, isin);
    this.#currencies.put(row, line.currency);
    this.#options.put(row, line.option);
    this.#starts[row] = BigInt(bar.start);
    const numbers = this.#numbers;
    numbers.contract_date[row] = line.contractDate;
    numbers.strike_price[row] = line.strike;
    numbers.open[row] = bar.open;
    numbers.high[row] = bar.high;
    numbers.low[row] = bar.low;
    numbers.close[row] = bar.close;
    numbers.volume[row] = bar.volume;
    numbers.turnover[row] = this.hasTurnover ? bar.turnover : NaN;
    numbers.vwap[row] = bar.vwap;
    numbers.trades[row] = bar.trades;
    numbers.fixings[row] = bar.fixings;
    numbers.auction_volume[row] = bar.auctionVolume;
    numbers.off_book_volume[row] = bar.offBookVolume;
    numbers.off_book_trades[row] = bar.offBookTrades;
  }

  /** The added bars as a batch; afterwards there is room again. */
  take(): Batch {
    const rows = this.#rows;
    this.#rows = 0;
    const columns = BARS_1M_ROWS.columns.map(({ name }) => this.#column(name, rows));
    return { type: BARS_1M_ROWS, rows, columns };
  }

  #column(name: string, rows: number): ColumnData {
    switch (name) {
      case "isin":
        return this.#isins.take(rows);
      case "price_currency":
        return this.#currencies.take(rows);
      case "option_category":
        return this.#options.take(rows);
      case "start":
        return { kind: "time", nanos: this.#starts.slice(0, rows) };
      default:
        return { kind: "number", values: this.#numbers[name as typeof NUMBERS[number]].slice(0, rows) };
    }
  }
}

const NUMBERS = [
  "contract_date",
  "strike_price",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "turnover",
  "vwap",
  "trades",
  "fixings",
  "auction_volume",
  "off_book_volume",
  "off_book_trades",
] as const;

/** A text column under construction. */
class Texts {
  readonly #codes: Uint32Array;
  #interner = new Interner();

  constructor(capacity: number) {
    this.#codes = new Uint32Array(capacity);
  }

  put(row: number, value: string | null): void {
    this.#codes[row] = value === null ? 0 : this.#interner.code(value);
  }

  take(rows: number): TextColumn {
    const { values } = this.#interner;
    this.#interner = new Interner();
    return { kind: "text", codes: this.#codes.slice(0, rows), values };
  }
}
