import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { AddedBatches } from "./added_batches.ts";
import { BARS_GROUP_ROWS } from "./bar_batches.ts";
import type { Line } from "./line.ts";
import type { Run } from "./open_lines.ts";
import { GroupColumns, type TradeColumns, tradeColumnsOf } from "./trade_columns.ts";

const TWO_32 = 2 ** 32;
const NANOS_PER_MINUTE = 60_000_000_000;
const MICROS_PER_MINUTE = 60_000_000;

/**
 * Makes bars of a minute. Times are compared by their two words, since a bigint for each row would take longer than all the rest.
 */
export class MinuteBatches extends AddedBatches<TradeColumns> {
  readonly #starts = new Float64Array(BARS_GROUP_ROWS);
  /** When the bar ends that was begun last: a time's high, signed word and its low, unsigned one. */
  #endHigh = 0;
  #endLow = 0;

  constructor(hasTurnover: boolean) {
    super(BARS_1M_ROWS, new GroupColumns(tradeColumnsOf), hasTurnover, 0);
  }

  override addLine(isin: string, line: Line, runs: readonly Run<TradeColumns>[]): void {
    this.beginLine(isin, line);
    this.#endHigh = -Infinity;
    for (const { columns, from, to } of runs) {
      for (let row = from, end; row < to; row = end) {
        if (this.#isOver(columns.timeWords, row)) this.#beginAt(columns.timeWords, row);
        end = row + 1;
        while (end < to && !this.#isOver(columns.timeWords, end)) end++;
        this.addRows(columns, row, end);
      }
    }
  }

  protected override finish(rows: number): void {
    super.finish(rows);
    const words = new Int32Array(this.times.start.buffer);
    for (let bar = 0; bar < rows; bar++) {
      const start = this.#starts[bar];
      words[2 * bar] = start % TWO_32;
      words[2 * bar + 1] = Math.floor(start / TWO_32);
    }
  }

  #isOver(words: Int32Array, row: number): boolean {
    const high = words[2 * row + 1];
    return high > this.#endHigh || (high === this.#endHigh && words[2 * row] >>> 0 >= this.#endLow);
  }

  #beginAt(words: Int32Array, row: number): void {
    const minute = minuteOf(words[2 * row + 1], words[2 * row] >>> 0);
    const end = (minute + 1) * NANOS_PER_MINUTE; // exact: a multiple of 2^11
    this.#endHigh = Math.floor(end / TWO_32);
    this.#endLow = end - this.#endHigh * TWO_32;
    this.#starts[this.beginBar()] = minute * MICROS_PER_MINUTE;
  }
}

/**
 * The minute since 1970 of a time in nanoseconds, which may be before it. All steps are exact: the high word and whole
 * minutes are multiples of 2^11 nanoseconds with less than 54 digits, and what is left is small.
 */
function minuteOf(high: number, low: number): number {
  const base = high * TWO_32;
  let minute = Math.floor(base / NANOS_PER_MINUTE);
  let rest = base - minute * NANOS_PER_MINUTE + low;
  for (; rest >= NANOS_PER_MINUTE; rest -= NANOS_PER_MINUTE) minute++;
  for (; rest < 0; rest += NANOS_PER_MINUTE) minute--;
  return minute;
}
