import type { DayTrades } from "./day_trades.ts";
import { compareLines, isOneLine, type Line, lineAt, type LineColumns } from "./line.ts";
import type { GroupColumns, TradeColumns } from "./trade_columns.ts";

/** Consecutive rows of a row group, whose columns these are. */
export interface Run<V extends TradeColumns> {
  readonly columns: V;
  readonly from: number;
  readonly to: number;
}

/** A line of an ISIN, and its rows in order of time. */
export interface LineRuns<V extends TradeColumns> {
  readonly line: Line;
  readonly runs: Run<V>[];
}

const BY_LINE: LineRules<LineColumns, Line> = { isOneLine, lineAt, compareLines };

/** Parts the trades of an ISIN into its lines, in order of their keys. Most have one line, and few runs. */
export function linesOf<V extends TradeColumns>(
  { stretches }: DayTrades,
  groupColumns: GroupColumns<V>,
): LineRuns<V>[] {
  const lines = new Lines(BY_LINE, (line): LineRuns<V> => ({ line, runs: [] }));
  for (const { group, from, to } of stretches) {
    const columns = groupColumns.of(group);
    lines.turnTo(columns);
    for (let start = from, end; start < to; start = end) {
      end = endOfRun(columns, start, to);
      lines.at(start).runs.push({ columns, from: start, to: end });
    }
  }
  return lines.inOrder();
}

function endOfRun(columns: TradeColumns, start: number, to: number): number {
  if (columns.hasOneLine) return to;
  let end = start + 1;
  while (end < to && isOneLine(columns, end, start)) end++;
  return end;
}

/** How rows with such columns are told apart by line. */
export interface LineRules<C, K> {
  isOneLine(columns: C, a: number, b: number): boolean;
  lineAt(columns: C, row: number): K;
  compareLines(a: K, b: K): number;
}

/** The lines of an ISIN. Consecutive rows usually belong to the same line, so no lookup is needed. */
export class Lines<C, K extends object, L extends { readonly line: K }> {
  readonly #lines = new Map<string, L>();
  #columns: C | null = null;
  #last: L | null = null;
  #lastRow = 0;

  /** `open` makes what is known of a line when its first row comes. */
  constructor(readonly rules: LineRules<C, K>, readonly open: (line: K) => L) {}

  /** Switches to the columns that the following rows belong to. */
  turnTo(columns: C): void {
    this.#columns = columns;
    this.#last = null;
  }

  at(row: number): L {
    if (this.#last === null || !this.rules.isOneLine(this.#columns!, row, this.#lastRow)) {
      this.#last = this.#lookUp(row);
    }
    this.#lastRow = row;
    return this.#last;
  }

  /** What is known of a line; undefined when no row of it has come. */
  known(line: K): L | undefined {
    return this.#lines.get(keyOf(line));
  }

  /** In order of their keys. */
  inOrder(): L[] {
    return [...this.#lines.values()].sort((a, b) => this.rules.compareLines(a.line, b.line));
  }

  #lookUp(row: number): L {
    const line = this.rules.lineAt(this.#columns!, row);
    return this.#lines.getOrInsertComputed(keyOf(line), () => this.open(line));
  }
}

function keyOf(line: object): string {
  return JSON.stringify(Object.values(line));
}
