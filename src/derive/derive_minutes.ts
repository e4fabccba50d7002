import type { Batch } from "../feed/records/batch.ts";
import type { Venue } from "../feed/venue.ts";
import type { RowGroup } from "../store/row_group.ts";
import { type DayQuestion, type LeftOut, tradesOfDay } from "./day_trades.ts";
import { linesOf } from "./open_lines.ts";
import { MinuteBatches } from "./minute_bars.ts";
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
  const bars = new MinuteBatches(hasTurnover(venue));
  for (const trades of tradesOfDay(partitions, question, leftOut)) {
    for (const { line, runs } of linesOf(trades, views)) bars.addLine(trades.isin, line, runs);
    yield* bars.full.splice(0);
    await breathe();
  }
  const rest = bars.rest();
  if (rest !== null) yield rest;
}
