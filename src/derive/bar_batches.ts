import {
  type Batch,
  type ColumnData,
  Interner,
  type NumberColumn,
  storageOf,
  type TextColumn,
} from "../feed/records/batch.ts";
import { nullNumbers, uniformText } from "../feed/records/repeated.ts";
import type { Column, RecordType } from "../feed/records/record_type.ts";
import type { Line } from "./line.ts";
import type { Run } from "./open_lines.ts";
import type { GroupColumns, TradeColumns } from "./trade_columns.ts";

/**
 * Rows in a row group of bars. Who asks for one instrument reads one or two groups of each file; larger ones take longer in
 * this, and to write as well, smaller ones take more room. Measured with the bars of a day of 440,000 trades.
 */
export const BARS_GROUP_ROWS = 8_192;

/** Arrays of a row group's size for some columns, by their names. */
export interface OwnColumns {
  readonly times?: Readonly<Record<string, BigInt64Array>>;
  readonly numbers?: Readonly<Record<string, Float64Array>>;
}

/**
 * Makes bars, column by column, in batches of as many rows as a row group: objects with a dozen numbers for each bar would cost
 * more than all the rest. Lines come in order of their keys, the bars of each in order of time.
 */
export abstract class BarBatches<V extends TradeColumns> {
  /** Batches that are full; the caller takes them out. */
  readonly full: Batch[] = [];
  protected readonly texts: Readonly<Record<string, Texts>>;
  protected readonly times: Readonly<Record<string, BigInt64Array>>;
  protected readonly numbers: Readonly<Record<string, Float64Array>>;
  /** How many bars are begun. */
  protected bars = 0;
  #isin = "";
  #line: Line = { currency: null, contractDate: NaN, option: null, strike: NaN };
  /** The first bar of the line that is not labelled with it yet. */
  #lineStart = 0;

  /**
   * Makes batches of up to a row group, of the columns that `groupColumns` reads; without `hasTurnover` the turnover stays null. `columns` are
   * arrays that somebody else fills, by the names of their columns.
   */
  constructor(
    readonly type: RecordType,
    readonly groupColumns: GroupColumns<V>,
    readonly hasTurnover: boolean,
    columns: OwnColumns = {},
  ) {
    this.texts = columnsOf(type, "text", () => new Texts());
    this.times = columnsOf(
      type,
      "time",
      (name) => columns.times?.[name] ?? new BigInt64Array(BARS_GROUP_ROWS),
    );
    this.numbers = columnsOf(
      type,
      "number",
      (name) => columns.numbers?.[name] ?? new Float64Array(BARS_GROUP_ROWS),
    );
  }

  /** Adds the bars of a line, whose runs are in order of time. */
  abstract addLine(isin: string, line: Line, runs: readonly Run<V>[]): void;

  /** The bars that are in no full batch, as a batch; null if there are none. */
  rest(): Batch | null {
    return this.bars === 0 ? null : this.#take();
  }

  /** Begins a line, to which bars belong from now on. */
  protected beginLine(isin: string, line: Line): void {
    this.#label();
    this.#isin = isin;
    this.#line = line;
  }

  /** Puts the bars into a full batch, so that there is room for others. */
  protected takeFull(): void {
    this.full.push(this.#take());
  }

  /** Completes the columns once all bars of a batch are made. */
  protected abstract finish(bars: number): void;

  /** Sets the key of the last bars to their line. */
  #label(): void {
    const [start, end] = [this.#lineStart, this.bars];
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
    const rows = this.bars;
    this.bars = this.#lineStart = 0;
    this.finish(rows);
    if (!this.hasTurnover) this.numbers.turnover.fill(NaN);
    return { type: this.type, rows, columns: this.type.columns.map((column) => this.#column(column, rows)) };
  }

  #column({ name, kind }: Column, rows: number): ColumnData {
    switch (storageOf(kind)) {
      case "text":
        return this.texts[name].take(rows);
      case "time":
        return { kind: "time", nanos: this.times[name].slice(0, rows) };
      default:
        return copied(this.numbers[name].subarray(0, rows));
    }
  }
}

/** A copy of these numbers; where there are none, what all such columns share, which is encoded once. */
function copied(values: Float64Array): NumberColumn {
  for (const value of values) if (value === value) return { kind: "number", values: values.slice() }; // not NaN
  return nullNumbers(values.length);
}

/** Makes one value for each column with this storage, keyed by column name. */
function columnsOf<T>(
  { columns }: RecordType,
  storage: ColumnData["kind"],
  make: (name: string) => T,
): Record<string, T> {
  const such = columns.filter(({ kind }) => storageOf(kind) === storage);
  return Object.fromEntries(such.map(({ name }) => [name, make(name)]));
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
    const isUniform = values.length === 1 ||
      (values.length === 2 && !this.#codes.subarray(0, rows).includes(0));
    if (isUniform) return uniformText(values.at(-1)!, rows);
    return { kind: "text", codes: this.#codes.slice(0, rows), values };
  }
}
