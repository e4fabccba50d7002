import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import type { Batch } from "../../feed/records/batch.ts";
import type { Venue } from "../../feed/venue.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { type DayQuestion, type LeftOut, tradesOfDay } from "../day_trades.ts";
import { hasTurnover } from "../derive_minutes.ts";
import { linesOf } from "../open_lines.ts";
import { Views } from "../trade_view.ts";
import { DayBatches } from "./day_bars.ts";
import { dayViewOf } from "./day_view.ts";

/**
 * The bars of one trading day of a venue, sorted, without previous closes, from the partitions that have rows of the day,
 * oldest first. Holds one row group of each. `leftOut` is updated. Lets other work run between instruments, through `breathe`.
 */
export async function* deriveDay(
  venue: Venue,
  date: string,
  partitions: readonly Iterable<RowGroup>[],
  question: DayQuestion,
  leftOut: LeftOut,
  breathe: () => Promise<void>,
): AsyncGenerator<Batch> {
  const views = new Views(dayViewOf);
  const bars = new DayBatches(hasTurnover(venue), Date.parse(date) / MILLIS_PER_DAY);
  for (const trades of tradesOfDay(partitions, question, leftOut)) {
    for (const { line, runs } of linesOf(trades, views)) bars.addLine(trades.isin, line, runs);
    yield* bars.full.splice(0);
    await breathe();
  }
  const rest = bars.rest();
  if (rest !== null) yield rest;
}
