/** Makes the bars of trading days and merges them with stored ones. */
import { MILLIS_PER_DAY } from "../../feed/calendar/dates.ts";
import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import type { Batch, NumberColumn } from "../../feed/records/batch.ts";
import { columnIndex } from "../../feed/records/record_type.ts";
import { emptyTally, mergeBatches, type SortedSource } from "../../store/merge_sorted.ts";
import { originsOf } from "../../store/open_sources.ts";
import { batchOf, pickedRows, type RowGroup } from "../../store/row_group.ts";
import type { LeftOut } from "../day_trades.ts";
import type { PartitionIndex } from "../partition_index.ts";
import { BARS_GROUP_ROWS } from "../bar_batches.ts";
import { deriveBars, hasTurnover } from "../derive_bars.ts";
import { openPartitions, questionOf } from "../open_partitions.ts";
import { DayBatches } from "./day_bars.ts";
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
  const bars = new DayBatches(hasTurnover(index.venue), Date.parse(date) / MILLIS_PER_DAY);
  const batches = await Array.fromAsync(deriveBars(bars, open.all, question, leftOut, index.breathe));
  return { origin: { date, partitions: originsOf(open), ...leftOut }, batches };
}

/** Merges the bars of a month's days, sorted by key and day. */
export function together(
  standing: AsyncIterable<RowGroup>,
  fresh: readonly FreshDay[],
): AsyncGenerator<Batch> {
  const sources = [batchesOf(standing), ...fresh.map(({ batches }) => inTurn(batches))];
  return mergeBatches(sources, BARS_GROUP_ROWS, emptyTally());
}

/** Only the bars of these trading days. Of a group without any of them, nothing but the days is read. */
export async function* ofDays(
  bars: Iterable<RowGroup> | AsyncIterable<RowGroup>,
  dates: readonly string[],
): AsyncGenerator<RowGroup> {
  const days = new Set(dates.map((date) => Date.parse(date) / MILLIS_PER_DAY));
  for await (const group of bars) {
    const { values } = group.column(DAY) as NumberColumn;
    const rows: number[] = [];
    for (let row = 0; row < values.length; row++) if (days.has(values[row])) rows.push(row);
    if (rows.length > 0) yield pickedRows(group, Uint32Array.from(rows));
  }
}

async function* batchesOf(groups: AsyncIterable<RowGroup>): SortedSource {
  for await (const group of groups) yield batchOf(group);
}

async function* inTurn(batches: readonly Batch[]): SortedSource {
  yield* batches;
}
