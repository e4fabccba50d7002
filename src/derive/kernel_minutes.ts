import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { BarBatches } from "./bar_batches.ts";
import type { MinuteMaker } from "./kernel/minute_maker.ts";
import type { Line } from "./line.ts";
import type { Run } from "./open_lines.ts";
import { GroupColumns, type TradeColumns, tradeColumnsOf } from "./trade_columns.ts";

/** Makes the same bars as `MinuteBatches` in WebAssembly: most of what this saves is compiling TypeScript. */
export class KernelMinutes extends BarBatches<TradeColumns> {
  readonly #maker: MinuteMaker;
  readonly #times: BigInt64Array;
  readonly #prices: Float64Array;
  readonly #quantities: Float64Array;
  readonly #notations: Float64Array;
  readonly #natures: Uint8Array;
  /** The columns of which rows are in the kernel's memory, and the first of these rows. */
  #columns: TradeColumns | null = null;
  #first = 0;

  constructor(maker: MinuteMaker, hasTurnover: boolean) {
    super(BARS_1M_ROWS, new GroupColumns(tradeColumnsOf), hasTurnover, columnsOf(maker));
    const { at, buffer } = maker;
    this.#maker = maker;
    this.#times = new BigInt64Array(buffer, at.TIMES, at.MOST_ROWS);
    this.#prices = new Float64Array(buffer, at.PRICES, at.MOST_ROWS);
    this.#quantities = new Float64Array(buffer, at.QUANTITIES, at.MOST_ROWS);
    this.#notations = new Float64Array(buffer, at.NOTATIONS, at.MOST_ROWS);
    this.#natures = new Uint8Array(buffer, at.NATURES, at.MOST_ROWS);
  }

  override addLine(isin: string, line: Line, runs: readonly Run<TradeColumns>[]): void {
    this.beginLine(isin, line);
    this.#maker.beginLine();
    for (const { columns, from, to } of runs) {
      for (let row = from; row < to;) row = this.#addRows(columns, row, to);
    }
  }

  protected override finish(): void {
    this.#maker.finish();
    this.#maker.clear();
  }

  /** Adds as many rows as there is room for; returns the next one. */
  #addRows(columns: TradeColumns, from: number, to: number): number {
    this.#load(columns, from);
    const end = Math.min(to, this.#first + this.#maker.at.MOST_ROWS);
    const next = this.#first + this.#maker.addRows(from - this.#first, end - this.#first);
    this.bars = this.#maker.barsMade();
    if (next < end) this.takeFull();
    return next;
  }

  /** Copies the rows around this one into the kernel's memory: nearly always all of the row group. */
  #load(columns: TradeColumns, row: number): void {
    const most = this.#maker.at.MOST_ROWS;
    const first = row - row % most;
    if (columns === this.#columns && first === this.#first) return;
    const last = first + most;
    this.#times.set(columns.times.subarray(first, last));
    this.#prices.set(columns.prices.subarray(first, last));
    this.#quantities.set(columns.quantities.subarray(first, last));
    this.#notations.set(columns.notations.subarray(first, last));
    this.#natures.set(columns.natures.subarray(first, last));
    this.#columns = columns;
    this.#first = first;
  }
}

/** The columns that the kernel fills. */
function columnsOf({ at, buffer }: MinuteMaker) {
  const numbers = (address: number) => new Float64Array(buffer, address, at.MOST_BARS);
  return {
    times: { start: new BigInt64Array(buffer, at.STARTS, at.MOST_BARS) },
    numbers: {
      open: numbers(at.OPEN),
      high: numbers(at.HIGH),
      low: numbers(at.LOW),
      close: numbers(at.CLOSE),
      volume: numbers(at.VOLUME),
      turnover: numbers(at.TURNOVER),
      vwap: numbers(at.VWAP),
      trades: numbers(at.TRADES),
      fixings: numbers(at.FIXINGS),
      auction_volume: numbers(at.AUCTION_VOLUME),
      off_book_volume: numbers(at.OFF_BOOK_VOLUME),
      off_book_trades: numbers(at.OFF_BOOK_TRADES),
    },
  };
}
