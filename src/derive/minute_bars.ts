import { Bar, type Line } from "./bar.ts";
import type { DayTrades } from "./day_trades.ts";
import type { TradeView, TradeViews } from "./trade_view.ts";

const NANOS_PER_MINUTE = 60_000_000_000n;
const MICROS_PER_MINUTE = 60_000_000;

/** The bars of a line of an ISIN, in order of time. */
export interface LineBars {
  readonly line: Line;
  readonly bars: readonly Bar[];
}

/** The one-minute bars of an ISIN's trades, line by line, in order of their keys. */
export function minuteBars({ stretches }: DayTrades, views: TradeViews): LineBars[] {
  const lines = new Lines();
  for (const { group, from, to } of stretches) {
    const view = views.of(group);
    lines.turnTo(view);
    for (let row = from; row < to; row++) lines.at(row).add(view, row);
  }
  return lines.inOrder();
}

/** A line under construction. */
class OpenLine implements LineBars {
  readonly bars: Bar[] = [];
  /** The end of the last bar, in nanoseconds since 1970 UTC. */
  #end = -(2n ** 63n);

  constructor(readonly line: Line) {}

  add(view: TradeView, row: number): void {
    const time = view.times[row];
    if (time >= this.#end) this.#begin(time);
    this.bars[this.bars.length - 1].add(view, row);
  }

  #begin(time: bigint): void {
    const minute = floorOf(time);
    this.#end = (minute + 1n) * NANOS_PER_MINUTE;
    this.bars.push(new Bar(Number(minute) * MICROS_PER_MINUTE));
  }
}

/** The beginning of the minute of a time; works before 1970 too. */
function floorOf(nanos: bigint): bigint {
  const minute = nanos / NANOS_PER_MINUTE;
  return minute * NANOS_PER_MINUTE > nanos ? minute - 1n : minute;
}

/** The lines of an ISIN. Consecutive rows usually belong to the same line, so no lookup is needed. */
class Lines {
  readonly #lines = new Map<string, OpenLine>();
  #view: TradeView | null = null;
  #last: OpenLine | null = null;
  #lastRow = 0;

  /** Switches to the view that the following rows belong to. */
  turnTo(view: TradeView): void {
    this.#view = view;
    this.#last = null;
  }

  at(row: number): OpenLine {
    if (this.#last === null || !isOneLine(this.#view!, row, this.#lastRow)) this.#last = this.#lookUp(row);
    this.#lastRow = row;
    return this.#last;
  }

  inOrder(): OpenLine[] {
    return [...this.#lines.values()].sort((a, b) => compareLines(a.line, b.line));
  }

  #lookUp(row: number): OpenLine {
    const line = lineAt(this.#view!, row);
    const key = `${line.currency} ${line.contractDate} ${line.option} ${line.strike}`;
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    const open = new OpenLine(line);
    this.#lines.set(key, open);
    return open;
  }
}

function isOneLine(
  { currencies, contractDates, options, strikes }: TradeView,
  a: number,
  b: number,
): boolean {
  return currencies.codes[a] === currencies.codes[b] && isEqual(contractDates[a], contractDates[b]) &&
    options.codes[a] === options.codes[b] && isEqual(strikes[a], strikes[b]);
}

function isEqual(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b); // both missing
}

function lineAt({ currencies, contractDates, options, strikes }: TradeView, row: number): Line {
  return {
    currency: currencies.values[currencies.codes[row]],
    contractDate: contractDates[row],
    option: options.values[options.codes[row]],
    strike: strikes[row],
  };
}

function compareLines(a: Line, b: Line): number {
  return compareTexts(a.currency, b.currency) || compareNumbers(a.contractDate, b.contractDate) ||
    compareTexts(a.option, b.option) || compareNumbers(a.strike, b.strike);
}

/** Nulls last, as in stored rows. */
function compareTexts(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}

function compareNumbers(a: number, b: number): number {
  return isEqual(a, b) ? 0 : Number.isNaN(a) ? 1 : Number.isNaN(b) || a < b ? -1 : 1;
}
