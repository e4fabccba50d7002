import { basename } from "node:path";
import { clockOf, type MinuteFile, type SourceFile } from "../../feed/file_names.ts";
import { judgementOf, type LedgerEntry, minuteOfKey } from "../../store/ledger.ts";
import type { PendingRecord } from "../../store/state/pending_record.ts";
import { type DayInventory, seenNames } from "../inventory.ts";
import { filesOf, lostNames } from "../pending.ts";

/** A date of a venue: what the exchange lists compared with what is stored. */
export interface DayStatus {
  readonly date: string;
  /** Files that the exchange lists now. */
  readonly listed: number;
  /** Files in the ledger. */
  readonly stored: number;
  /** Files in the spool that are not in the ledger. */
  readonly waiting: number;
  /** Listed files that are neither stored nor in the spool and have not been given up. */
  readonly pending: number;
  /** Listed files that were given up because the exchange does not have them. */
  readonly lost: number;
  /** Minute files that the exchange should have listed according to the trading calendar but did not. */
  readonly absent: number;
  /** Rows in the partition. */
  readonly trades: number;
  readonly damaged: boolean;
}

/**
 * Compares the listing with the inventory, with one line per date, oldest first. Minutes credited to a daily file count
 * as stored. `absent` holds minute files of any of these dates; `damaged` holds dates whose partitions were found
 * damaged in a way that an inventory does not see.
 */
export function statusOf(
  listed: readonly SourceFile[],
  days: ReadonlyMap<string, DayInventory>,
  record: PendingRecord,
  absent: readonly MinuteFile[],
  damaged: ReadonlySet<string> = new Set(),
): DayStatus[] {
  const seen = seenNames(listed, days);
  const lost = lostNames(record);
  const inOrder = [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
  return inOrder.map(({ date, ledger, waiting, rows, damage }) => {
    const names = listed.filter((file) => file.date === date).map(({ name }) => name);
    const unseen = names.filter((name) => !seen.has(name));
    const givenUp = unseen.filter((name) => lost.has(name)).length;
    return {
      date,
      listed: names.length,
      stored: ledger.size,
      waiting: waiting.length,
      pending: unseen.length - givenUp,
      lost: givenUp,
      absent: absent.filter((file) => file.date === date).length,
      trades: rows,
      damaged: damage !== null || damaged.has(date),
    };
  });
}

/** Consecutive minutes of a UTC date, `08_34` to `08_40`. */
export interface MinuteRun {
  readonly from: string;
  readonly to: string;
  readonly minutes: number;
}

/** What is wrong with a date. */
export interface DayIssues {
  readonly date: string;
  /**
   * Minutes that the exchange should have listed and that are neither listed nor stored: a warning, never damage.
   */
  readonly absent: readonly MinuteRun[];
  /**
   * Minutes that are missing between stored ones; also a warning. Reported only on dates for which the trading calendar
   * expects no names and so cannot say what is missing. On other dates such minutes are absent, pending or accounted
   * for by the daily file. Between two trading days there are no gaps.
   */
  readonly gaps: readonly MinuteRun[];
  /** Files that were listed at the last run and are not stored. */
  readonly pending: readonly string[];
  /** Files that are kept but are not in the partition: not understood, or overdue to be published. */
  readonly undecoded: readonly string[];
  /** Files that are stored except for some lines. */
  readonly withBadLines: readonly string[];
  /** Daily files that contradict the minute files: some of their trades are not stored. */
  readonly contradictions: readonly string[];
  /**
   * The names for which only bytes arrived that are not a file of the exchange, and that the user has not accepted.
   */
  readonly rejected: readonly string[];
  readonly damage: string | null;
}

/** What is known of a date besides its inventory. */
export interface DayEvidence {
  /** The names that are listed but not stored. */
  readonly record: PendingRecord;
  /** The names in the spool that a later cycle will publish. */
  readonly heldBack: ReadonlySet<string>;
  /** As in `DayIssues`. */
  readonly rejected: readonly string[];
  /** The absent minute files of the date; null when the trading calendar expects none at all. */
  readonly absent: readonly MinuteFile[] | null;
}

/** Finds what is wrong with a date, judging by what is on disk. */
export function issuesOf(day: DayInventory, { record, heldBack, rejected, absent }: DayEvidence): DayIssues {
  const minutes = [...day.ledger.keys()].map(minuteOfKey).filter((minute) => minute !== null);
  return {
    date: day.date,
    absent: runsOf((absent ?? []).map(({ minute }) => minute)),
    gaps: absent === null ? gapsOf(minutes) : [],
    pending: filesOf(record).filter(({ date }) => date === day.date).map(({ name }) => name),
    undecoded: day.waiting.map(({ path }) => path).filter((path) => !heldBack.has(basename(path))),
    withBadLines: keysOf(day, (entry) => entry.rejected > 0 && !isWithheld(entry)),
    contradictions: keysOf(day, isWithheld),
    rejected,
    damage: day.damage?.message ?? null,
  };
}

/** Whether a date has no issue. */
export function isWhole({ date: _, damage, ...lists }: DayIssues): boolean {
  return Object.values(lists).every(({ length }) => length === 0) && damage === null;
}

function keysOf({ ledger }: DayInventory, isMeant: (entry: LedgerEntry) => boolean): string[] {
  return [...ledger].filter(([, entry]) => isMeant(entry)).map(([key]) => key);
}

function isWithheld(entry: LedgerEntry): boolean {
  return judgementOf(entry) === "withheld";
}

/** The runs of minutes that are missing between these. */
export function gapsOf(minutes: readonly number[]): MinuteRun[] {
  const sorted = minutes.toSorted((a, b) => a - b);
  return sorted.slice(1).flatMap((minute, i) => {
    const before = sorted[i];
    return minute - before <= 1 ? [] : [runFrom(before + 1, minute - 1)];
  });
}

/** Groups ascending minutes into runs. */
function runsOf(minutes: readonly number[]): MinuteRun[] {
  const starts = minutes.filter((minute, i) => i === 0 || minute - minutes[i - 1] > 1);
  const ends = minutes.filter((minute, i) => i === minutes.length - 1 || minutes[i + 1] - minute > 1);
  return starts.map((start, i) => runFrom(start, ends[i]));
}

function runFrom(first: number, last: number): MinuteRun {
  return { from: clockOf(first), to: clockOf(last), minutes: last - first + 1 };
}
