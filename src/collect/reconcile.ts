import { minuteFile, type SourceFile } from "../feed/source_file.ts";
import { tradingDayOf } from "../feed/trading_day.ts";
import type { Trades } from "../feed/trades.ts";
import type { Layout } from "../store/layout.ts";
import { countOnlyStored, countUnmatched } from "../store/partition.ts";
import { type DayShare, publicationMinutes, wasFetched } from "./daily_shares.ts";
import type { Finding } from "./findings.ts";

/** Beyond this share of unmatched rows, the daily file and the minute files do not mean the same thing. */
const UNMATCHED_LIMIT = 0.01;

const MINUTES_PER_DAY = 1440;

/**
 * Compares a daily file with what is stored of the minutes that were fetched, trade by trade: a contradiction, or how
 * far they differ. Null when no minute that was fetched can be compared. To be called before the file is published.
 */
export async function reconcile(
  layout: Layout,
  file: SourceFile,
  shares: readonly DayShare[],
): Promise<Finding & { kind: "contradiction" | "reconciled" } | null> {
  let [compared, unmatched, onlyInMinutes] = [0, 0, 0];
  for (const share of shares) {
    const path = layout.partition(file.venue, share.date);
    const rows = () => share.fetched.sources();
    if (share.fetchedRows > 0) unmatched += await countUnmatched(path, rows());
    onlyInMinutes += await countOnlyStored(path, rows(), (batch) => fetchedRowsOf(batch, share, file));
    compared += share.fetchedRows;
  }
  const { name } = file;
  if (unmatched > UNMATCHED_LIMIT * compared) return { kind: "contradiction", name, unmatched, compared };
  if (compared === 0 && onlyInMinutes === 0) return null;
  return { kind: "reconciled", name, compared, added: unmatched, onlyInMinutes };
}

/** The stored rows for which a minute file of the daily file's day was fetched. */
function fetchedRowsOf(
  batch: Trades,
  { date, ledger }: DayShare,
  { venue, date: day }: SourceFile,
): Uint32Array {
  const isMeant = new Map<number, boolean>();
  const minuteMeant = (minute: number) =>
    wasFetched(ledger, minute) && tradingDayOf(minuteFile(venue, date, minute)) === day;
  const rows: number[] = [];
  for (const [row, published] of publicationMinutes(batch).entries()) {
    const minute = published % MINUTES_PER_DAY;
    if (!isMeant.has(minute)) isMeant.set(minute, minuteMeant(minute));
    if (isMeant.get(minute)) rows.push(row);
  }
  return Uint32Array.from(rows);
}
