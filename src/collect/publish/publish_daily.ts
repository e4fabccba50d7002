import { basename } from "node:path";
import type { MinuteFile } from "../../feed/file_names.ts";
import { isInTradingHours } from "../../feed/calendar/trading_day.ts";
import { catchDamage, DamagedPartition } from "../../store/damage.ts";
import { CREDITED, type Judgement, type LedgerEntry, ledgerKey } from "../../store/ledger.ts";
import type { Spool } from "../../store/spool/spool.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { compareDaily } from "./compare.ts";
import { type DayShare, Shares } from "./shares.ts";
import type { Finding } from "../findings.ts";
import type { Ingested } from "./ingest.ts";
import { ingestShares } from "./ingest_shares.ts";
import { spooledKey } from "../inventory.ts";
import { publishDay, type Publisher } from "./publish.ts";
import { judge, reconciliationOf } from "./reconcile.ts";

/**
 * Publishes a daily file: its rows go to the UTC dates of their publication times. It completes the minutes that were
 * fetched, unless it contradicts them, and replaces the credited ones, which then need not be fetched. The partition of
 * the file's own date comes last: the file counts as seen only once that has its entry. If `decided` already says
 * whether its rows of fetched minutes are taken, they are not compared. Throws `DamagedPartition`, the disk's errors,
 * and the signal's reason.
 */
export async function publishDaily(
  publisher: Publisher,
  spooled: SpooledFile,
  credits: readonly MinuteFile[],
  decided: Judgement | null = null,
): Promise<Finding[]> {
  const { date } = spooled.file;
  using shares = new Shares(publisher.spool.layout, publisher.spool.venue, date);
  const { decoded, findings } = await ingestShares(publisher, spooled, shares);
  if (decoded === null) return findings;

  const unfetched = notInSpool(publisher.spool, credits);
  const ownLast = shares.ownLast();
  const { judged, met } = decided === null
    ? await judgeDaily(publisher, spooled, ownLast)
    : { judged: decided, met: [] };
  findings.push(...met);
  for (const share of ownLast) {
    const entries = new Map(creditEntries(share, unfetched));
    if (share.rows > 0 || share.date === date) {
      entries.set(spooledKey(spooled), entryOf(decoded, share, judged));
    }
    if (entries.size === 0) continue;
    const sources = [...share.unfetched.sources(), ...(judged === "taken" ? share.fetched.sources() : [])];
    findings.push(await publishDay(publisher, share.date, sources, entries));
  }
  const touched = new Set(ownLast.map(({ date }) => date));
  findings.push(...await creditSilent(publisher, shares, unfetched.filter(({ date }) => !touched.has(date))));
  return findings;
}

/**
 * Credits minutes on dates for which a daily file has no rows: in summer the first hour of a Frankfurt day lies on the
 * date before, when nobody trades. If the partition of such a date is damaged, its minutes are fetched instead.
 */
async function creditSilent(
  publisher: Publisher,
  shares: Shares,
  credits: readonly MinuteFile[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const date of new Set(credits.map(({ date }) => date))) {
    const credit = async () => {
      const entries = new Map(creditEntries(await shares.of(date), credits));
      if (entries.size > 0) findings.push(await publishDay(publisher, date, [], entries));
    };
    await catchDamage(DamagedPartition, credit, () => {});
  }
  return findings;
}

async function judgeDaily(
  publisher: Publisher,
  { file, path }: SpooledFile,
  shares: readonly DayShare[],
): Promise<{ judged: Judgement; met: Finding[] }> {
  const comparison = await compareDaily(publisher, file, shares);
  return { judged: judge(comparison), met: reconciliationOf(basename(path), comparison) };
}

/** A minute file that is in the spool but not in the ledger was not understood; a daily file must not hide that. */
function notInSpool(spool: Spool, credits: readonly MinuteFile[]): MinuteFile[] {
  const dates = new Set(credits.map(({ date }) => date));
  const spooled = new Set([...dates].flatMap((date) => spool.files(date)).map(({ file }) => file.name));
  return credits.filter(({ name }) => !spooled.has(name));
}

/** Bad lines belong to no date, so they are entered once, with the file's own date. */
function entryOf(
  { spooled, decoded, digest }: Ingested & { kind: "decoded" },
  { date, rows, fetchedRows }: DayShare,
  judged: Judgement,
): LedgerEntry {
  const badLines = date === spooled.file.date ? decoded.rejected : 0;
  const rejected = badLines + (judged === "withheld" ? fetchedRows : 0);
  const isWhole = rejected === 0 && judged === "taken";
  return { rows, rejected, digest, ...(isWhole ? {} : { judged }) };
}

/**
 * A listed minute counts as stored by the daily file if that has rows of it, or if it lies outside trading hours. A
 * minute in trading hours without rows is fetched from its own file.
 */
function creditEntries(
  { date, ledger, rowsOfMinute }: DayShare,
  credits: readonly MinuteFile[],
): [string, LedgerEntry][] {
  return credits.flatMap((file) => {
    const rows = rowsOfMinute.get(file.minute) ?? 0;
    if (file.date !== date || ledger.has(ledgerKey(file)) || (rows === 0 && isInTradingHours(file))) {
      return [];
    }
    return [[ledgerKey(file), { rows, rejected: 0, digest: CREDITED }]];
  });
}
