import { dateAfter } from "../feed/calendar/dates.ts";
import { daySpan } from "../feed/calendar/trading_dates.ts";
import { TRADES } from "../feed/records/trades.ts";
import type { OpenFiles } from "../store/data_file.ts";
import { type OpenSource, openSources } from "../store/open_sources.ts";
import { openStored } from "../store/stored_partition.ts";
import type { DaySources } from "./day_sources.ts";
import type { DayQuestion } from "./day_trades.ts";
import type { IndexedPartition } from "./partition_index.ts";

/** Throws `DamagedPartition`, and the disk's errors. */
export function openPartitions(partitions: readonly IndexedPartition[]): Promise<OpenFiles<OpenSource>> {
  return openSources(partitions, (path, file) => openStored(path, file, TRADES));
}

/** The rows that are needed for a trading day. */
export function questionOf(
  date: string,
  { looksAround }: DaySources<unknown>,
  isins: ReadonlySet<string> | null,
): DayQuestion {
  const day = daySpan(date);
  if (!looksAround) return { day, around: day, isins };
  const around = { start: daySpan(dateAfter(date, -1)).start, end: daySpan(dateAfter(date)).end };
  return { day, around, isins };
}
