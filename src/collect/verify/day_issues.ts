import { basename } from "node:path";
import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import { dailyFile, isMinuteFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import type { DamagedPartition } from "../../store/damage.ts";
import { isShortDigest } from "../../store/digest.ts";
import {
  CREDITED,
  judgementOf,
  type Ledger,
  type LedgerEntry,
  ledgerKey,
  minuteFilesIn,
} from "../../store/ledger.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { counted } from "../counted.ts";
import { spooledKey } from "../inventory.ts";
import { gapsOf } from "../monitor/minute_runs.ts";
import { unjudgedOf } from "../publish/contradictions.ts";
import { type Issue, issue } from "./issues.ts";

/** A partition that cannot be read because another program wrote it or its bytes have changed. */
export function damagedPartition(
  venue: Venue,
  date: string,
  path: string,
  { what, isForeign }: Pick<DamagedPartition, "what" | "isForeign">,
): Issue {
  const repair = "--repair keeps it under another name and rebuilds the day";
  const adopt = `xetra-parqed adopt ${venue} takes over its trades, if it is the Python predecessor's`;
  return issue("damaged partition", date, path, what, isForeign ? `${adopt}; otherwise ${repair}` : repair);
}

/** Whether a ledger entry has the digest of its raw file. */
export function isNamedByDigest(entry: LedgerEntry | undefined): entry is LedgerEntry {
  return entry !== undefined && entry.digest !== CREDITED;
}

/**
 * Compares what was `found` of a raw file (its digest, or why there is none) with its ledger entry; null when the file
 * does not exist.
 */
export function rawIssues({ file, path }: SpooledFile, entry: LedgerEntry, found: string | null): Issue[] {
  if (found === null || found === entry.digest) return [];
  return [damagedRaw(file.date, path, found, entry.rejected === 0)];
}

/** A raw file that differs from the one the partition was made from. */
export function damagedRaw(date: string, path: string, found: string, isStored = true): Issue {
  const what = isShortDigest(found) ? `its digest is ${found}, not the ledger's` : found;
  return issue(
    "damaged raw file",
    date,
    path,
    what,
    `--repair sets it aside; ${isStored ? "what" : "not all that"} it held is in the partition`,
  );
}

/** A date's ledger and what is in its spool. */
export interface LedgerFacts {
  readonly venue: Venue;
  readonly date: string;
  /** The path of the partition. */
  readonly path: string;
  readonly spooled: readonly SpooledFile[];
  readonly ledger: Ledger;
  /** The names of the raw files that are not to be reported. */
  readonly accepted: ReadonlySet<string>;
}

/** What is known to be missing, judging by the ledger of a date and the names of its raw files. */
export function ledgerIssues(facts: LedgerFacts): Issue[] {
  return [...leftOutOf(facts), ...waitingOf(facts), ...gapsBetween(facts)];
}

/** The daily files of a date whose trades are not all stored, according to its ledger. */
function leftOutOf({ venue, date, spooled, ledger }: LedgerFacts): Issue[] {
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

/** The spooled files that are in no ledger, as one issue for all. */
function waitingOf({ date, spooled, ledger, accepted }: LedgerFacts): Issue[] {
  const waiting = spooled.filter((file) =>
    !ledger.has(spooledKey(file)) && !accepted.has(basename(file.path))
  );
  if (waiting.length === 0) return [];
  const what = `${counted(waiting.length, "raw file")} not in Parquet yet, this the first`;
  return [issue("waiting", date, waiting[0].path, what, "the next fetch or reprocess reads them")];
}

/**
 * Gaps between the minutes of one trading day. In summer a UTC date has minutes of two trading days; between those
 * there is no gap.
 */
function gapsBetween({ venue, date, path, spooled, ledger }: LedgerFacts): Issue[] {
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
