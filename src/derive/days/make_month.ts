/** Makes the bars of trading days and merges them with stored ones. */
import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import type { Batch, NumberColumn } from "../../feed/records/batch.ts";
import { take } from "../../feed/records/gather.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { emptyTally, mergeBatches, type SortedSource } from "../../store/merge_sorted.ts";
import type { LeftOut } from "../day_trades.ts";
import type { PartitionIndex } from "../partition_index.ts";
import { openPartitions, questionOf } from "../refresh_minutes.ts";
import { BARS_GROUP_ROWS } from "../bar_batches.ts";
import { deriveDay } from "./derive_day.ts";
import type { DayOrigin } from "./stored_days.ts";

const DAY = columnIndex(BARS_1D_ROWS, "trading_day");

/** The bars of a trading day, made from its partitions. */
export interface FreshDay {
  readonly origin: DayOrigin;
  /** Sorted, without previous closes. */
  readonly batches: readonly Batch[];
}

/** Makes the bars of a trading day, only for these ISINs unless `isins` is null. Throws as `openPartitions`. */
export async function makeDay(
  index: PartitionIndex,
  date: string,
  isins: ReadonlySet<string> | null,
): Promise<FreshDay> {
  const sources = await index.sourcesOf(date);
  using open = await openPartitions(sources.partitions);
  const leftOut: LeftOut = { unmatched: 0 };
  const question = questionOf(date, sources, isins);
  const batches = await Array.fromAsync(
    deriveDay(index.venue, date, open.groups, question, leftOut, index.breathe),
  );
  return { origin: { date, partitions: open.origin, ...leftOut }, batches };
}

/** Merges the bars of a month's days, sorted by key and day. */
export function together(
  standing: SortedSource,
  fresh: readonly FreshDay[],
): AsyncGenerator<Batch> {
  const sources = [standing, ...fresh.map(({ batches }) => inTurn(batches))];
  return mergeBatches(sources, BARS_GROUP_ROWS, emptyTally());
}

/** Only the bars of these trading days. */
export async function* ofDays(bars: SortedSource, dates: readonly string[]): AsyncGenerator<Batch> {
  const days = new Set(dates.map((date) => Date.parse(date) / MILLIS_PER_DAY));
  for await (const batch of bars) {
    const { values } = batch.columns[DAY] as NumberColumn;
    const rows = Uint32Array.from(values.keys()).filter((row) => days.has(values[row]));
    if (rows.length > 0) yield take(batch, rows);
  }
}

async function* inTurn(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}
