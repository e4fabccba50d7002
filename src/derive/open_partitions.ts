import { dateAfter } from "../feed/calendar/dates.ts";
import { daySpan } from "../feed/calendar/trading_dates.ts";
import { TRADES } from "../feed/records/trades.ts";
import { type OpenFiles, openFiles } from "../store/data_file.ts";
import type { MonthDay } from "../store/month/stored_month.ts";
import type { RowGroup } from "../store/row_group.ts";
import { openStored } from "../store/stored_partition.ts";
import type { DaySources } from "./day_sources.ts";
import type { DayQuestion } from "./day_trades.ts";
import type { IndexedPartition } from "./partition_index.ts";

/** A stored file whose bytes match their digest: its rows, and what identifies them. */
export interface OpenSource {
  readonly groups: Iterable<RowGroup>;
  readonly origin: MonthDay;
}

/** Throws `DamagedPartition`, and the disk's errors. */
export function openPartitions(partitions: readonly IndexedPartition[]): Promise<OpenFiles<OpenSource>> {
  return openFiles(partitions, async ({ date, path }, file) => {
    const { rows, digest, groups } = await openStored(path, file, TRADES);
    return { groups: groups(), origin: { date, rows, digest } };
  });
}

/** What identifies the files from which bars are made. */
export function originOf({ all }: OpenFiles<OpenSource>): MonthDay[] {
  return all.map(({ origin }) => origin);
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
