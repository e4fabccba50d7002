/** Finds the last official close before each bar, which may lie in an earlier month. */
import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import type { Batch, NumberColumn, TextColumn } from "../../feed/records/batch.ts";
import { take } from "../../feed/records/gather.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { groupOf, type RowGroup } from "../../store/row_group.ts";
import { compareLines, isOneLine, type Line, lineAt, type LineColumns, lineColumnsOf } from "../line.ts";

const place = (name: string) => columnIndex(BARS_1D_ROWS, name);
const ISIN = place("isin");
const CLOSE = place("official_close");
const PREVIOUS = place("previous_close");
const lineColumns = lineColumnsOf(BARS_1D_ROWS);

/** The key of a bar without its day. */
interface Key {
  readonly isin: string;
  readonly line: Line;
}

/** Fills in the previous closes of sorted bars of one month; `earlier` gives the closes of the months before. */
export async function* withPreviousCloses(
  bars: AsyncIterable<Batch>,
  earlier: EarlierCloses,
): AsyncGenerator<Batch> {
  let key: Key | null = null;
  let close = NaN;
  for await (const batch of bars) {
    const rows = new KeyedRows(groupOf(batch));
    const previous = new Float64Array(batch.rows);
    for (let row = 0; row < batch.rows; row++) {
      const goesOn: boolean = row > 0
        ? rows.isOneKey(row - 1, row)
        : key !== null && rows.compare(row, key) === 0;
      if (!goesOn) close = earlier.closeOf(key = rows.keyAt(row));
      previous[row] = close;
      if (!Number.isNaN(rows.closes[row])) close = rows.closes[row];
    }
    yield { ...batch, columns: batch.columns.with(PREVIOUS, { kind: "number", values: previous }) };
  }
}

/** The last bar of each key that has an official close, or two bars if a batch ends between bars of one key. */
export async function* lastCloses(bars: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  for await (const batch of bars) {
    const rows = new KeyedRows(groupOf(batch));
    const chosen: number[] = [];
    for (let row = 0; row < batch.rows; row++) {
      if (Number.isNaN(rows.closes[row])) continue;
      const last = chosen.at(-1);
      if (last !== undefined && rows.isOneKey(last, row)) chosen.pop();
      chosen.push(row);
    }
    if (chosen.length > 0) yield take(batch, Uint32Array.from(chosen));
  }
}

/** Looks up the last official closes of earlier months. Reads older months, and row groups of each, only if needed. */
export class EarlierCloses {
  readonly #months: readonly MonthCloses[];

  /** The sorted bars of each earlier month, newest month first. */
  constructor(months: readonly Iterable<RowGroup>[]) {
    this.#months = months.map((groups) => new MonthCloses(groups));
  }

  /** `NaN` if there is none. Calls must follow the sort order of the keys. */
  closeOf(key: Key): number {
    for (const month of this.#months) {
      const close = month.closeOf(key);
      if (!Number.isNaN(close)) return close;
    }
    return NaN;
  }
}

/** The last official closes of a month. */
class MonthCloses {
  readonly #groups: Iterator<RowGroup>;
  #rows: KeyedRows | null = null;
  #row = 0;

  constructor(groups: Iterable<RowGroup>) {
    this.#groups = groups[Symbol.iterator]();
  }

  closeOf(key: Key): number {
    let close = NaN;
    for (; this.#moveTo(key); this.#row++) {
      const order = this.#rows!.compare(this.#row, key);
      if (order > 0) break;
      const found = this.#rows!.closes[this.#row];
      if (order === 0 && !Number.isNaN(found)) close = found;
    }
    return close;
  }

  /** Skips row groups that end before the ISIN; returns false at the end of the file. */
  #moveTo({ isin }: Key): boolean {
    while (this.#rows === null || this.#row === this.#rows.rows || this.#rows.last < isin) {
      const { done, value } = this.#groups.next();
      if (done) return false;
      this.#rows = new KeyedRows(value);
      this.#row = 0;
    }
    return true;
  }
}

/** The keys and closes of a row group of bars. */
class KeyedRows {
  readonly rows: number;
  #lines: LineColumns | null = null;

  constructor(readonly group: RowGroup) {
    this.rows = group.rows;
  }

  /** The last ISIN. */
  get last(): string {
    return this.group.bounds?.[1] ?? this.#isinAt(this.rows - 1);
  }

  get closes(): Float64Array {
    return (this.group.column(CLOSE) as NumberColumn).values;
  }

  keyAt(row: number): Key {
    return { isin: this.#isinAt(row), line: lineAt(this.#columns, row) };
  }

  isOneKey(a: number, b: number): boolean {
    const { codes } = this.#isins;
    return codes[a] === codes[b] && isOneLine(this.#columns, a, b);
  }

  /** Below 0 if the row sorts before the key, 0 if it has the key. */
  compare(row: number, { isin, line }: Key): number {
    const own = this.#isinAt(row);
    return own === isin ? compareLines(lineAt(this.#columns, row), line) : own < isin ? -1 : 1;
  }

  get #columns(): LineColumns {
    return this.#lines ??= lineColumns(this.group);
  }

  get #isins(): TextColumn {
    return this.group.column(ISIN) as TextColumn;
  }

  #isinAt(row: number): string {
    const { codes, values } = this.#isins;
    return values[codes[row]]!;
  }
}
