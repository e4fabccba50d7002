import { MINUTES_PER_DAY } from "../../feed/calendar/dates.ts";
import { minuteFile, type SourceFile } from "../../feed/file_names.ts";
import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Batch } from "../../feed/records/batch.ts";
import { TRADES } from "../../feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { IdentitySet } from "../../store/identity_set.ts";
import { minuteOfKey } from "../../store/ledger.ts";
import { emptyTally, mergeBatches, type SortedSource } from "../../store/merge_sorted.ts";
import { openStored } from "../../store/stored_partition.ts";
import { openIfThere } from "../../store/data_file.ts";
import { type DayShare, publicationMinutes, wasFetched } from "./shares.ts";
import type { Publisher } from "./publish.ts";
import { type ComparedMinute, type Comparison, comparisonOf } from "./reconcile.ts";

/** Rows compared between two pauses. */
const BATCH_ROWS = 32_768;

/**
 * Compares a daily file, trade by trade, with what is stored of the minutes that were fetched. Rows without any time
 * belong to no minute and are not compared. Call this before the file is published. Holds 8 bytes per trade of both.
 * Throws `DamagedPartition`, the disk's errors, and the pace's reason.
 */
export async function compareDaily(
  publisher: Publisher,
  file: SourceFile,
  shares: readonly DayShare[],
): Promise<Comparison> {
  const all: ComparedMinute[] = [];
  for (const share of shares) {
    const minutes = fetchedMinutes(share, file);
    if (minutes.size > 0) await compareShare(publisher, share, minutes);
    all.push(...minutes.values());
  }
  return comparisonOf(all, shares.reduce((sum, { fetchedRows }) => sum + fetchedRows, 0));
}

/** The minutes of a date that were fetched, by minute of the day. */
function fetchedMinutes({ date, ledger }: DayShare, daily: SourceFile): Map<number, ComparedMinute> {
  const minutes = new Map<number, ComparedMinute>();
  for (const [key, { rows: entered }] of ledger) {
    const minute = minuteOfKey(key);
    if (minute === null || !wasFetched(ledger, minute)) continue;
    const file = minuteFile(daily.venue, date, minute);
    const isOfDay = tradingDayOf(file) === daily.date;
    minutes.set(minute, { file, isOfDay, entered, common: 0, onlyStored: 0, onlyDaily: 0 });
  }
  return minutes;
}

/** Counts which rows of these minutes the partition and the daily file share, and which only one of them has. */
async function compareShare(
  { spool: { layout, venue }, pace }: Publisher,
  { date, unfetched, fetched }: DayShare,
  minutes: ReadonlyMap<number, ComparedMinute>,
): Promise<void> {
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  using file = openIfThere(path)!; // it exists: its ledger has been read
  const { batches } = await openStored(path, file, TRADES);
  const daily = await IdentitySet.of(merged([...unfetched.sources(), ...fetched.sources()]));
  const watched = async function* () {
    for await (const batch of batches()) {
      count(batch, daily, minutes, (minute, isCommon) => {
        if (isCommon) minute.common++;
        else minute.onlyStored++;
      });
      await pace.breathe();
      yield batch;
    }
  };
  const stored = await IdentitySet.of(watched());
  for await (const batch of merged(fetched.sources())) {
    count(batch, stored, minutes, (minute, isStored) => {
      if (!isStored) minute.onlyDaily++;
    });
    await pace.breathe();
  }
}

/** Calls `enter` for each row of a fetched minute, with whether the trade is among `others`. */
function count(
  batch: Batch,
  others: IdentitySet,
  minutes: ReadonlyMap<number, ComparedMinute>,
  enter: (minute: ComparedMinute, isThere: boolean) => void,
): void {
  const isThere = others.contain(batch);
  for (const [row, published] of publicationMinutes(batch).entries()) {
    const minute = minutes.get(published % MINUTES_PER_DAY);
    if (minute !== undefined) enter(minute, isThere[row] === 1);
  }
}

/** Each trade once, sorted. */
function merged(sources: readonly SortedSource[]): SortedSource {
  return mergeBatches(sources, BATCH_ROWS, emptyTally());
}
