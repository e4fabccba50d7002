import { openIfThere } from "../store/data_file.ts";
import { BARS_1M } from "../store/datasets.ts";
import { groupOf, type RowGroup } from "../store/row_group.ts";
import { deriveBars, hasTurnover } from "./derive_bars.ts";
import { fastestMinutes } from "./fastest_minutes.ts";
import type { DaySources } from "./day_sources.ts";
import { ofIsins, wantedBounds } from "./of_isins.ts";
import { openPartitions, questionOf } from "./open_partitions.ts";
import type { IndexedPartition, PartitionIndex } from "./partition_index.ts";
import { isCurrent, openMinutes } from "./stored_bars.ts";

/**
 * The one-minute bars of a trading day, sorted; unless `isins` is null, only for these ISINs. If the stored bars are up
 * to date, they are read, but only row groups that may have such an ISIN. Otherwise they are made from the partitions
 * and not stored. Throws `DamagedPartition`, `DamagedBars` and the disk's errors.
 */
export async function* readMinutes(
  index: PartitionIndex,
  date: string,
  isins: ReadonlySet<string> | null,
): AsyncGenerator<RowGroup> {
  const sources = await index.sourcesOf(date);
  const path = index.layout.partition(BARS_1M, index.venue, date);
  using file = openIfThere(path);
  const stored = file === null ? null : await openMinutes(path, file, wantedBounds(isins));
  if (stored !== null && isCurrent(stored, sources.partitions)) yield* ofIsins(stored.groups(), isins);
  else yield* madeMinutes(index, date, sources, isins);
}

async function* madeMinutes(
  index: PartitionIndex,
  date: string,
  sources: DaySources<IndexedPartition>,
  isins: ReadonlySet<string> | null,
): AsyncGenerator<RowGroup> {
  using open = await openPartitions(sources.partitions);
  const question = questionOf(date, sources, isins);
  const bars = fastestMinutes(hasTurnover(index.venue));
  const made = deriveBars(bars, open.all, question, { unmatched: 0 }, index.breathe);
  for await (const batch of made) yield groupOf(batch);
}
