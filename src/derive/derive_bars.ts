import type { Batch } from "../feed/records/batch.ts";
import type { Venue } from "../feed/venue.ts";
import type { OpenSource } from "../store/open_sources.ts";
import type { BarBatches } from "./bar_batches.ts";
import { type DayQuestion, type LeftOut, tradesOfDay } from "./day_trades.ts";
import { linesOf } from "./open_lines.ts";
import type { TradeColumns } from "./trade_columns.ts";

/** The feed has no contract sizes for Eurex, so a turnover would be a guess. */
export function hasTurnover(venue: Venue): boolean {
  return venue !== "DEUR";
}

/**
 * The bars of a trading day, sorted, in batches of up to a row group, from the partitions that have rows of it, oldest
 * first; `bars` makes them. Holds one row group of each. `leftOut` is updated. Lets other work run between instruments,
 * through `breathe`.
 */
export async function* deriveBars<V extends TradeColumns>(
  bars: BarBatches<V>,
  partitions: readonly OpenSource[],
  question: DayQuestion,
  leftOut: LeftOut,
  breathe: () => Promise<void>,
): AsyncGenerator<Batch> {
  const groups = partitions.map(({ groups }) => groups());
  for (const trades of tradesOfDay(groups, question, leftOut)) {
    for (const { line, runs } of linesOf(trades, bars.groupColumns)) bars.addLine(trades.isin, line, runs);
    yield* bars.full.splice(0);
    await breathe();
  }
  const rest = bars.rest();
  if (rest !== null) yield rest;
}
