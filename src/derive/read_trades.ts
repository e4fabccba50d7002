import { type DaySpan, daySpan } from "../feed/calendar/trading_dates.ts";
import { NULL_TIME } from "../feed/records/batch.ts";
import { TRADES } from "../feed/records/trades.ts";
import { type OpenFiles, openFiles } from "../store/data_file.ts";
import { pickedRows, type RowGroup } from "../store/row_group.ts";
import { partitionGroups } from "../store/stored_partition.ts";
import { momentsOf, tradesOfDay } from "./day_trades.ts";
import { ofIsins } from "./of_isins.ts";
import { questionOf } from "./open_partitions.ts";
import type { IndexedPartition, PartitionIndex } from "./partition_index.ts";

/**
 * The trades of a trading day as they were published, with their corrections as rows of their own: partition by
 * partition, sorted within each. Only row groups that may have one of these ISINs are read; flipped bits within them are
 * not noticed. A row without any time belongs to the date of its partition. Throws `DamagedPartition`, and what the disk
 * throws.
 */
export async function* readTrades(
  index: PartitionIndex,
  date: string,
  isins: ReadonlySet<string>,
): AsyncGenerator<RowGroup> {
  const { partitions } = await index.sourcesOf(date);
  for (const partition of partitions) {
    using open = await openGroups([partition]);
    for (const group of ofIsins(open.all[0] ?? [], isins)) {
      const rows = rowsOn(group, daySpan(date), partition.date === date);
      if (rows.length > 0) yield pickedRows(group, rows);
      await index.breathe();
    }
  }
}

/**
 * The trades of a trading day after their corrections, each once, by ISIN and then by the time at which they count: that of
 * trading, or else of publication. Reads and throws as `readTrades`.
 */
export async function* readCorrectedTrades(
  index: PartitionIndex,
  date: string,
  isins: ReadonlySet<string>,
): AsyncGenerator<RowGroup> {
  const sources = await index.sourcesOf(date);
  using open = await openGroups(sources.partitions);
  const question = { ...questionOf(date, sources, isins), keepsNullTimes: true };
  for (const { stretches } of tradesOfDay(open.all, question, { unmatched: 0 })) {
    for (const { group, from, to } of stretches) yield pickedRows(group, rowsFrom(from, to));
    await index.breathe();
  }
}

function openGroups(partitions: readonly IndexedPartition[]): Promise<OpenFiles<Iterable<RowGroup>>> {
  return openFiles(partitions, ({ path }, file) => partitionGroups(path, file, TRADES));
}

function rowsOn(group: RowGroup, { start, end }: DaySpan, isOwnDate: boolean): Uint32Array {
  const moments = momentsOf(group);
  return rowsFrom(0, group.rows).filter((row) =>
    moments[row] === NULL_TIME ? isOwnDate : start <= moments[row] && moments[row] < end
  );
}

function rowsFrom(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}
