import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import type { Batch } from "../feed/records/batch.ts";
import type { Venue } from "../feed/venue.ts";
import { ROW_GROUP_ROWS } from "../store/parquet/schema.ts";
import type { RowGroup } from "../store/row_group.ts";
import type { Bar } from "./bar.ts";
import { BarBatches } from "./bar_batches.ts";
import { type DayQuestion, type LeftOut, tradesOfDay } from "./day_trades.ts";
import { minuteBars } from "./minute_bars.ts";
import { viewOf, Views } from "./trade_view.ts";

/** The feed has no contract sizes for Eurex, so a turnover would be a guess. */
export function hasTurnover(venue: Venue): boolean {
  return venue !== "DEUR";
}

/**
 * The one-minute bars of a venue and a day, sorted, in batches of up to a row group, from the partitions that have rows
 * of the day, oldest first. Holds one row group of each. `leftOut` is updated. Lets other work run between instruments,
 * through `breathe`.
 */
export async function* deriveMinutes(
  venue: Venue,
  partitions: readonly Iterable<RowGroup>[],
  question: DayQuestion,
  leftOut: LeftOut,
  breathe: () => Promise<void>,
): AsyncGenerator<Batch> {
  const views = new Views(viewOf);
  const batches = new MinuteBatches(BARS_1M_ROWS, ROW_GROUP_ROWS, hasTurnover(venue));
  for (const trades of tradesOfDay(partitions, question, leftOut)) {
    for (const { line, bars } of minuteBars(trades, views)) {
      for (const bar of bars) {
        batches.add(trades.isin, line, bar);
        if (batches.isFull) yield batches.take();
      }
    }
    await breathe();
  }
  if (!batches.isEmpty) yield batches.take();
}

class MinuteBatches extends BarBatches<Bar> {
  protected override place(row: number, { start }: Bar): void {
    this.times.start[row] = BigInt(start);
  }
}
