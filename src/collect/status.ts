import { clockOf, type SourceFile } from "../feed/source_file.ts";
import { minuteOfKey } from "../store/ledger.ts";
import type { PendingRecord } from "../store/pending.ts";
import { type DayInventory, seenNames } from "./inventory.ts";
import { filesOf, lostNames } from "./pending.ts";

/** A date of a venue: what the exchange lists of it against what is stored. */
export interface DayStatus {
  readonly date: string;
  /** Files that the exchange lists now. */
  readonly listed: number;
  /** Files in the ledger. */
  readonly stored: number;
  /** Files in the spool that are not in the ledger. */
  readonly waiting: number;
  /** Listed files that are neither stored nor in the spool, and have not been given up. */
  readonly pending: number;
  /** Listed files that were given up: the exchange does not have them. */
  readonly lost: number;
  /** Rows in the partition. */
  readonly trades: number;
  readonly damaged: boolean;
}

/**
 * Compares the listing with the inventory, a line a date, oldest first. Minutes credited to a daily file are stored.
 * `damaged` are dates whose partitions were found damaged beyond what an inventory sees.
 */
export function statusOf(
  listed: readonly SourceFile[],
  days: ReadonlyMap<string, DayInventory>,
  record: PendingRecord,
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
      trades: rows,
      damaged: damage !== null || damaged.has(date),
    };
  });
}

/** What is wrong with a stored date. */
export interface DayDefects {
  readonly date: string;
  /** Runs of minutes that are missing between stored ones, `08_34` to `08_40`: a warning, never damage. */
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly minutes: number }[];
  /** Files that were listed at the last run and are not stored. */
  readonly pending: readonly string[];
  /** Files that are kept, but not in the partition: not understood, or not yet published. */
  readonly undecoded: readonly string[];
  /** Files that are stored, but for some lines. */
  readonly withBadLines: readonly string[];
  /** Names of which only bytes came that are no file of the exchange, and that nobody has accepted. */
  readonly rejected: readonly string[];
  readonly damage: string | null;
}

/** Finds what is wrong with a date, by what is on disk. */
export function defectsOf(day: DayInventory, rejected: readonly string[], record: PendingRecord): DayDefects {
  return {
    date: day.date,
    gaps: gapsOf([...day.ledger.keys()].map(minuteOfKey).filter((minute) => minute !== null)),
    pending: filesOf(record).filter(({ date }) => date === day.date).map(({ name }) => name),
    undecoded: day.waiting.map(({ path }) => path),
    withBadLines: [...day.ledger].filter(([, { rejected }]) => rejected > 0).map(([key]) => key),
    rejected,
    damage: day.damage?.message ?? null,
  };
}

/** Whether a date has no defect. */
export function isWhole({ gaps, pending, undecoded, withBadLines, rejected, damage }: DayDefects): boolean {
  return [gaps, pending, undecoded, withBadLines, rejected].every(({ length }) => length === 0) &&
    damage === null;
}

/** The runs of minutes that are missing between these. */
export function gapsOf(minutes: readonly number[]): DayDefects["gaps"] {
  const sorted = minutes.toSorted((a, b) => a - b);
  return sorted.slice(1).flatMap((minute, i) => {
    const before = sorted[i];
    if (minute - before <= 1) return [];
    return [{ from: clockOf(before + 1), to: clockOf(minute - 1), minutes: minute - before - 1 }];
  });
}
