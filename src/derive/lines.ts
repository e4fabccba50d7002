import type { DayTrades } from "./day_trades.ts";
import { compareLines, isOneLine, type Line, lineAt, type LineColumns } from "./line.ts";
import type { TradeView, Views } from "./trade_view.ts";

/** Makes bars of one line of an ISIN. It is given the rows of that line in order of time. */
export interface OpenLine<V extends TradeView> {
  readonly line: Line;
  add(view: V, row: number): void;
}

const BY_LINE: LineRules<LineColumns, Line> = { isOneLine, lineAt, compareLines };

/** Gives the trades of an ISIN to its lines, which `open` creates. Returns the lines in order of their keys. */
export function linesOf<V extends TradeView, L extends OpenLine<V>>(
  { stretches }: DayTrades,
  views: Views<V>,
  open: (line: Line) => L,
): L[] {
  const lines = new Lines(BY_LINE, open);
  for (const { group, from, to } of stretches) {
    const view = views.of(group);
    lines.turnTo(view);
    for (let row = from; row < to; row++) lines.at(row).add(view, row);
  }
  return lines.inOrder();
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

  /** In order of their keys. */
  inOrder(): L[] {
    return [...this.#lines.values()].sort((a, b) => this.rules.compareLines(a.line, b.line));
  }

  #lookUp(row: number): L {
    const line = this.rules.lineAt(this.#columns!, row);
    const key = JSON.stringify(Object.values(line));
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const open = this.open(line);
    this.#lines.set(key, open);
    return open;
  }
}
