import { basename } from "node:path";
import { TRADES } from "../../feed/records/trades.ts";
import { dailyFile, isMinuteFile } from "../../feed/source_file.ts";
import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { readAccepted } from "../../store/records/accepted.ts";
import { ifThere } from "../../system/atomic.ts";
import { isDiskDamaged, isRefusedBySystem, reasonOf } from "../../system/disk_error.ts";
import { DamagedPartition } from "../../store/damaged_file.ts";
import { isShortDigest } from "../../store/digest.ts";
import { examinePartition } from "../../store/examine.ts";
import type { Layout } from "../../store/layout.ts";
import {
  CREDITED,
  judgementOf,
  type Ledger,
  type LedgerEntry,
  ledgerKey,
  minuteFilesIn,
} from "../../store/ledger.ts";
import { rawDigest, Spool, type SpooledFile } from "../../store/spool/spool.ts";
import type { Partition } from "../../store/stored_partition.ts";
import { unjudgedOf } from "../publish/contradictions.ts";
import { type Issue, issue } from "./issues.ts";
import { spooledKey } from "../inventory.ts";
import type { Pace } from "../pace.ts";
import { gapsOf } from "../monitor/status.ts";
import { counted } from "../counted.ts";

/** A date as a verification found it. */
export interface VerifiedDay {
  readonly date: string;
  /** Null when there is none, or it is damaged. */
  readonly partition: Partition | null;
  /** Raw files in the spool that were compared with the ledger. */
  readonly rawFiles: number;
  readonly issues: readonly Issue[];
}

/**
 * Reads back all that is on disk of a date. The rows of raw files were counted when they were decoded: by their
 * digests they are the same files, and are not decoded again. Writes nothing. Throws the signal's reason.
 */
export async function verifyDay(
  layout: Layout,
  venue: Venue,
  date: string,
  pace: Pace,
): Promise<VerifiedDay> {
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  const spool = new Spool(layout, venue);
  const spooled = spool.files(date);
  const issues = spool.obstacles(date).map((path) => damagedRaw(date, path, "a folder lies in its place"));
  const partition = await examine(path, pace);
  if (partition instanceof DamagedPartition) {
    const repair = "--repair keeps it under another name and rebuilds the day";
    const adopt = `xetra-parqed adopt ${venue} takes over its trades, if it is the Python predecessor's`;
    const remedy = partition.isForeign ? `${adopt}; otherwise ${repair}` : repair;
    issues.unshift(issue("damaged partition", date, path, partition.what, remedy));
    return { date, partition: null, rawFiles: 0, issues };
  }
  const ledger = partition?.ledger ?? new Map();
  for (const file of spooled) {
    await pace.breathe();
    issues.push(...verifyRaw(file, ledger.get(spooledKey(file))));
  }
  issues.push(...leftOutOf(venue, date, spooled, ledger));
  issues.push(...waitingOf(date, spooled, ledger, readAccepted(layout.acceptedRecord(venue))));
  issues.push(...gapsBetween(venue, date, path, spooled, ledger));
  return { date, partition, rawFiles: spooled.length, issues };
}

async function examine(path: string, pace: Pace): Promise<Partition | DamagedPartition | null> {
  try {
    return await examinePartition(path, TRADES, () => pace.breathe());
  } catch (error) {
    if (error instanceof DamagedPartition) return error;
    throw error;
  }
}

/** Compares a raw file with its entry. It may have been cleaned up since it was listed. */
function verifyRaw({ file, path }: SpooledFile, entry: LedgerEntry | undefined): Issue[] {
  if (entry === undefined || entry.digest === CREDITED) return [];
  const digest = digestOf(path);
  if (digest === null || digest === entry.digest) return [];
  return [damagedRaw(file.date, path, digest, entry.rejected === 0)];
}

/** The digest of a file, or why it is none; null when it is not there. Throws what the system says against reading it. */
function digestOf(path: string): string | null {
  try {
    return ifThere(() => rawDigest(path));
  } catch (error) {
    if (isRefusedBySystem(error) || isDiskDamaged(error)) throw error;
    return reasonOf(error);
  }
}

function damagedRaw(date: string, path: string, found: string, isStored = true): Issue {
  const what = isShortDigest(found) ? `its digest is ${found}, not the ledger's` : found;
  return issue(
    "damaged raw file",
    date,
    path,
    what,
    `--repair sets it aside; ${isStored ? "what" : "not all that"} it held is in the partition`,
  );
}

/** The daily files of a date whose trades are not all stored, as its ledger has it. */
function leftOutOf(venue: Venue, date: string, spooled: readonly SpooledFile[], ledger: Ledger): Issue[] {
  const unjudged = unjudgedOf(spooled, ledger).map(({ path }) => {
    const what = "version 0.1.0 left out some of its lines or trades";
    return issue("not judged", date, path, what, "the next fetch, reprocess or --repair reads it again");
  });
  const contradictions = spooled.filter((file) => judgementOf(ledger.get(spooledKey(file))) === "withheld");
  return [
    ...unjudged,
    ...contradictions.map(({ path }) => {
      const what = "it contradicts the minute files, and its trades of these minutes are withheld";
      const remedy = `look at both; reprocess ${venue} --accept ${basename(path)} accepts it anyway`;
      return issue("contradiction", date, path, what, remedy);
    }),
  ];
}

/** The spooled files that are in no ledger: one line for all. */
function waitingOf(
  date: string,
  spooled: readonly SpooledFile[],
  ledger: Ledger,
  accepted: ReadonlySet<string>,
): Issue[] {
  const waiting = spooled.filter((file) =>
    !ledger.has(spooledKey(file)) && !accepted.has(basename(file.path))
  );
  if (waiting.length === 0) return [];
  const what = `${counted(waiting.length, "raw file")} not in Parquet yet, this the first`;
  return [issue("waiting", date, waiting[0].path, what, "the next fetch or reprocess reads them")];
}

/** Between the minutes of one trading day: in summer there are none between two, in the same UTC date. */
function gapsBetween(
  venue: Venue,
  date: string,
  path: string,
  spooled: readonly SpooledFile[],
  ledger: Ledger,
): Issue[] {
  const seen = [
    ...minuteFilesIn(ledger, venue, date),
    ...spooled.map(({ file }) => file).filter(isMinuteFile),
  ];
  const byTradingDay = [...Map.groupBy(seen, tradingDayOf)]
    .filter(([day]) => !ledger.has(ledgerKey(dailyFile(venue, day))));
  return byTradingDay.flatMap(([, files]) => gapsOf(files.map(({ minute }) => minute)))
    .map(({ from, to, minutes }) => {
      const what = `gap of ${counted(minutes, "minute")}, ${from} to ${to} UTC`;
      return issue("gap", date, path, what, "fetch them while the exchange lists them");
    });
}
