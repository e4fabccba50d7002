import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import { type Batch, NULL_TIME } from "../../feed/records/batch.ts";
import type { Venue } from "../../feed/venue.ts";
import type { RowGroup } from "../../store/row_group.ts";
import { BarBatches } from "../bar_batches.ts";
import { type DayQuestion, type LeftOut, tradesOfDay } from "../day_trades.ts";
import { hasTurnover } from "../derive_minutes.ts";
import type { Line } from "../line.ts";
import { linesOf, type OpenLine } from "../lines.ts";
import { Views } from "../trade_view.ts";
import { DayBar } from "./day_bar.ts";
import { type DayView, dayViewOf } from "./day_view.ts";

/**
 * Rows in a row group of bars of a day. An instrument has about twenty a month, so a query for one of them reads one small
 * group of each month.
 */
export const DAYS_GROUP_ROWS = 8_192;

const NANOS_PER_MICRO = 1000n;
const MILLIS_PER_DAY = 86_400_000;

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
  const batches = new DayBatches(BARS_1D_ROWS, DAYS_GROUP_ROWS, hasTurnover(venue));
  const day = Date.parse(date) / MILLIS_PER_DAY;
  for (const trades of tradesOfDay(partitions, question, leftOut)) {
    for (const { line, bar } of linesOf(trades, views, (line) => new OpenDay(line, day))) {
      batches.add(trades.isin, line, bar);
      if (batches.isFull) yield batches.take();
    }
    await breathe();
  }
  if (!batches.isEmpty) yield batches.take();
}

/** A line under construction. */
class OpenDay implements OpenLine<DayView> {
  readonly bar: DayBar;

  constructor(readonly line: Line, day: number) {
    this.bar = new DayBar(day);
  }

  add(view: DayView, row: number): void {
    this.bar.add(view, row);
  }
}

class DayBatches extends BarBatches<DayBar> {
  protected override place(row: number, bar: DayBar): void {
    const { numbers, texts, times } = this;
    numbers.trading_day[row] = bar.start;
    numbers.official_close[row] = bar.officialClose;
    numbers.previous_close[row] = NaN;
    texts.official_close_kind.put(row, bar.officialKind);
    times.official_close_time[row] = bar.officialKind === null ? NULL_TIME : microsOf(bar.officialTime);
  }
}

/** Rounds down, before 1970 too. */
function microsOf(nanos: bigint): bigint {
  const micros = nanos / NANOS_PER_MICRO;
  return micros * NANOS_PER_MICRO > nanos ? micros - 1n : micros;
}
