import type { PartitionIndex } from "../../derive/partition_index.ts";
import { lastDateOf } from "../../feed/calendar/dates.ts";

/** Which trading days; if nothing is given, the last stored one. */
export interface DayOptions {
  readonly date?: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: true;
}

/** The stored trading days that the options select, oldest first. Throws as `PartitionIndex`. */
export async function chosenDays(
  index: PartitionIndex,
  { date, month, from, to, all }: DayOptions,
): Promise<string[]> {
  if (date !== undefined) return (await index.sourcesOf(date)).partitions.length > 0 ? [date] : [];
  if (all) return await index.days();
  if (month !== undefined) return between(await index.days(), `${month}-01`, lastDateOf(month));
  if (from !== undefined || to !== undefined) return between(await index.days(), from, to);
  const last = await index.lastDay();
  return last === null ? [] : [last];
}

function between(days: readonly string[], from = "", to = "9999-12-31"): string[] {
  return days.filter((day) => from <= day && day <= to);
}
