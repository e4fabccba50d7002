import { Bar } from "./bar.ts";
import type { DayTrades } from "./day_trades.ts";
import type { Line } from "./line.ts";
import { linesOf, type OpenLine } from "./lines.ts";
import type { TradeView, Views } from "./trade_view.ts";

const NANOS_PER_MINUTE = 60_000_000_000n;
const MICROS_PER_MINUTE = 60_000_000;

/** The bars of a line of an ISIN, in order of time. */
export interface LineBars {
  readonly line: Line;
  readonly bars: readonly Bar[];
}

/** The one-minute bars of an ISIN's trades, line by line, in order of their keys. */
export function minuteBars(trades: DayTrades, views: Views<TradeView>): readonly LineBars[] {
  return linesOf(trades, views, (line) => new OpenMinutes(line));
}

/** A line under construction. */
class OpenMinutes implements LineBars, OpenLine<TradeView> {
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
