import { monthOf } from "../../feed/calendar/dates.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { take } from "../../feed/records/gather.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { openIfThere } from "../../store/data_file.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../store/datasets.ts";
import { IdentitySet } from "../../store/identity_set.ts";
import type { SortedSource } from "../../store/merge_sorted.ts";
import { shareOfMonth } from "../../store/month/month_share.ts";
import { readMonth } from "../../store/month/stored_month.ts";
import { openStored } from "../../store/stored_partition.ts";
import { publicationMinutes, rowsOfDate } from "../publish/shares.ts";
import type { Publisher } from "../publish/publish.ts";

/**
 * What the month file has of a date, as of when the month was made: its rows by publication time, and those rows
 * without any time that no other day of the month has. The latter are left out if one of the other days cannot be read.
 * Throws the disk's errors, and the pace's reason.
 */
export function dayInMonth(publisher: Publisher, date: string): SortedSource {
  const { spool: { layout, venue }, pace } = publisher;
  const path = layout.partition(TRADES_BY_MONTH, venue, monthOf(date));
  let others: IdentitySet | null | undefined;
  return shareOfMonth(path, TRADES, async (batch) => {
    await pace.breathe();
    const timeless = timelessRows(batch);
    if (timeless.length === 0) return rowsOfDate(batch, date);
    if (others === undefined) others = await timelessOfOthers(publisher, path, date);
    const isElsewhere = others?.contain(take(batch, timeless));
    const own = timeless.filter((_, i) => isElsewhere?.[i] === 0);
    return Uint32Array.from([...rowsOfDate(batch, date), ...own]).sort();
  });
}

/**
 * The rows without any time of the other days from which a month was made; null when one of these days cannot be read.
 */
async function timelessOfOthers(
  { spool: { layout, venue }, pace }: Publisher,
  month: string,
  date: string,
): Promise<IdentitySet | null> {
  const batches: Batch[] = [];
  for (const day of (await readMonth(month, TRADES))?.days ?? []) {
    if (day.date === date) continue;
    const ofDay = await timelessIn(layout.partition(TRADES_BY_DAY, venue, day.date), pace.breathe);
    if (ofDay === null) return null;
    batches.push(...ofDay);
  }
  return await IdentitySet.of(ReadableStream.from(batches));
}

/** The rows without any time of a partition; null when it is damaged or does not exist. */
async function timelessIn(path: string, breathe: () => Promise<void>): Promise<Batch[] | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  const read = async () => {
    const batches: Batch[] = [];
    for await (const batch of (await openStored(path, file, TRADES)).batches()) {
      batches.push(take(batch, timelessRows(batch)));
      await breathe();
    }
    return batches;
  };
  return await catchDamage(DamagedPartition, read, () => null);
}

/** The places of the rows that have neither a time of publication nor one of the trade. */
function timelessRows(batch: Batch): Uint32Array {
  const minutes = publicationMinutes(batch);
  return Uint32Array.from(minutes.keys().filter((row) => Number.isNaN(minutes[row])));
}
