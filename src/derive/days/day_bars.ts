import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import { NULL_TIME } from "../../feed/records/batch.ts";
import { AddedBatches } from "../added_batches.ts";
import type { Line } from "../line.ts";
import type { Run } from "../open_lines.ts";
import { NATURE } from "../price_forming.ts";
import { GroupColumns } from "../trade_columns.ts";
import { CLOSE_KINDS, type DayColumns, dayColumnsOf } from "./official_close.ts";

const NANOS_PER_MICRO = 1000n;

/** Makes bars of one trading day; previous closes stay null. Prices from outside the main session are not part of the four. */
export class DayBatches extends AddedBatches<DayColumns> {
  /** `day` is counted from 1970. */
  constructor(hasTurnover: boolean, readonly day: number) {
    super(BARS_1D_ROWS, new GroupColumns(dayColumnsOf), hasTurnover, NATURE.outOfSession);
  }

  override addLine(isin: string, line: Line, runs: readonly Run<DayColumns>[]): void {
    this.beginLine(isin, line);
    const bar = this.beginBar();
    for (const { columns, from, to } of runs) this.addRows(columns, from, to);
    this.#setClose(bar, runs);
  }

  protected override finish(rows: number): void {
    super.finish(rows);
    this.numbers.trading_day.fill(this.day, 0, rows);
    this.numbers.previous_close.fill(NaN, 0, rows);
  }

  /** Takes the last row of the highest rank. */
  #setClose(bar: number, runs: readonly Run<DayColumns>[]): void {
    let [best, price, time] = [0, NaN, NULL_TIME];
    for (const { columns, from, to } of runs) {
      const row = lastOfHighest(columns.closeRanks, from, to);
      const rank = columns.closeRanks[row];
      if (rank === 0 || rank < best) continue;
      [best, price, time] = [rank, columns.prices[row], microsOf(columns.times[row])];
    }
    this.numbers.official_close[bar] = price;
    this.texts.official_close_kind.put(bar, CLOSE_KINDS[best]);
    this.times.official_close_time[bar] = time;
  }
}

function lastOfHighest(ranks: Uint8Array, from: number, to: number): number {
  let highest = from;
  for (let row = from + 1; row < to; row++) if (ranks[row] >= ranks[highest]) highest = row;
  return highest;
}

/** Rounds down, before 1970 too. */
function microsOf(nanos: bigint): bigint {
  const micros = nanos / NANOS_PER_MICRO;
  return micros * NANOS_PER_MICRO > nanos ? micros - 1n : micros;
}
