import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { openIfThere } from "../store/data_file.ts";
import { BARS_1M } from "../store/datasets.ts";
import { groupOf, type RowGroup } from "../store/row_group.ts";
import { deriveBars, hasTurnover } from "./derive_bars.ts";
import { MinuteBatches } from "./minute_bars.ts";
import { ofIsins } from "./of_isins.ts";
import { openPartitions, questionOf } from "./open_partitions.ts";
import type { PartitionIndex } from "./partition_index.ts";
import { barGroups, isCurrent, readBars } from "./stored_bars.ts";

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
  const stored = await readBars(path);
  if (stored !== null && isCurrent(stored, sources.partitions)) {
    yield* storedMinutes(path, isins);
    return;
  }
  using open = await openPartitions(sources.partitions);
  const question = questionOf(date, sources, isins);
  const bars = new MinuteBatches(hasTurnover(index.venue));
  const made = deriveBars(bars, open.all, question, { unmatched: 0 }, index.breathe);
  for await (const batch of made) yield groupOf(batch);
}

async function* storedMinutes(path: string, isins: ReadonlySet<string> | null): AsyncGenerator<RowGroup> {
  using file = openIfThere(path);
  if (file !== null) yield* ofIsins(await barGroups(path, file, BARS_1M_ROWS), isins);
}
