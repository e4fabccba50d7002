import type { DayTrades } from "./day_trades.ts";
import { compareLines, isOneLine, type Line, lineAt } from "./line.ts";
import type { TradeView, Views } from "./trade_view.ts";

/** Makes bars of one line of an ISIN. It is given the rows of that line in order of time. */
export interface OpenLine<V extends TradeView> {
  readonly line: Line;
  add(view: V, row: number): void;
}

/** Gives the trades of an ISIN to its lines, which `open` creates. Returns the lines in order of their keys. */
export function linesOf<V extends TradeView, L extends OpenLine<V>>(
  { stretches }: DayTrades,
  views: Views<V>,
  open: (line: Line) => L,
): L[] {
  const lines = new Lines(open);
  for (const { group, from, to } of stretches) {
    const view = views.of(group);
    lines.turnTo(view);
    for (let row = from; row < to; row++) lines.at(row).add(view, row);
  }
  return lines.inOrder();
}

/** The lines of an ISIN. Consecutive rows usually belong to the same line, so no lookup is needed. */
class Lines<V extends TradeView, L extends OpenLine<V>> {
  readonly #lines = new Map<string, L>();
  #view: V | null = null;
  #last: L | null = null;
  #lastRow = 0;

  constructor(readonly open: (line: Line) => L) {}

  /** Switches to the view that the following rows belong to. */
  turnTo(view: V): void {
    this.#view = view;
    this.#last = null;
  }

  at(row: number): L {
    if (this.#last === null || !isOneLine(this.#view!, row, this.#lastRow)) this.#last = this.#lookUp(row);
    this.#lastRow = row;
    return this.#last;
  }

  inOrder(): L[] {
    return [...this.#lines.values()].sort((a, b) => compareLines(a.line, b.line));
  }

  #lookUp(row: number): L {
    const line = lineAt(this.#view!, row);
    const key = `${line.currency} ${line.contractDate} ${line.option} ${line.strike}`;
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const open = this.open(line);
    this.#lines.set(key, open);
    return open;
  }
}
