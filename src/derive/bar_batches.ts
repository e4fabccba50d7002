import { type Batch, type ColumnData, Interner, storageOf, type TextColumn } from "../feed/records/batch.ts";
import type { Column, RecordType } from "../feed/records/record_type.ts";
import type { Bar } from "./bar.ts";
import type { Line } from "./line.ts";

/** Fills batches of bars, each with as many rows as a row group. */
export abstract class BarBatches<B extends Bar> {
  protected readonly texts: Readonly<Record<string, Texts>>;
  protected readonly times: Readonly<Record<string, BigInt64Array>>;
  protected readonly numbers: Readonly<Record<string, Float64Array>>;
  #rows = 0;

  /** Makes batches of up to `capacity` rows; without `hasTurnover` the turnover stays null. */
  constructor(readonly type: RecordType, readonly capacity: number, readonly hasTurnover: boolean) {
    this.texts = columnsOf(type, "text", () => new Texts(capacity));
    this.times = columnsOf(type, "time", () => new BigInt64Array(capacity));
    this.numbers = columnsOf(type, "number", () => new Float64Array(capacity));
  }

  get isFull(): boolean {
    return this.#rows === this.capacity;
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  /** Adds a bar; there must be room. */
  add(isin: string, line: Line, bar: B): void {
    const row = this.#rows++;
    const { texts, numbers } = this;
    texts.isin.put(row, isin);
    texts.price_currency.put(row, line.currency);
    texts.option_category.put(row, line.option);
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
    this.place(row, bar);
  }

  /** The added bars as a batch; afterwards there is room again. */
  take(): Batch {
    const rows = this.#rows;
    this.#rows = 0;
    return { type: this.type, rows, columns: this.type.columns.map((column) => this.#column(column, rows)) };
  }

  /** Sets the columns that only bars of this length have, such as their time. */
  protected abstract place(row: number, bar: B): void;

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
