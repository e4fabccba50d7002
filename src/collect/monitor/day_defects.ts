import { basename } from "node:path";
import type { MinuteFile } from "../../feed/file_names.ts";
import { judgementOf, type LedgerEntry, minuteOfKey } from "../../store/ledger.ts";
import type { PendingRecord } from "../../store/state/pending_record.ts";
import type { DayInventory } from "../inventory.ts";
import { filesOf } from "../pending.ts";
import { gapsOf, type MinuteRun, runsOf } from "./minute_runs.ts";

/** What is wrong with a date. */
export interface DayDefects {
  readonly date: string;
  /** Minutes that the exchange should have listed and that are neither listed nor stored: a warning, never damage. */
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
  /** The names for which only bytes arrived that are not a file of the exchange, and that the user has not accepted. */
  readonly rejected: readonly string[];
  readonly damage: string | null;
}

/** What is known of a date besides its inventory. */
export interface DayEvidence {
  /** The names that are listed but not stored. */
  readonly record: PendingRecord;
  /** The names in the spool that a later cycle will publish. */
  readonly heldBack: ReadonlySet<string>;
  /** As in `DayDefects`. */
  readonly rejected: readonly string[];
  /** The absent minute files of the date; null when the trading calendar expects none at all. */
  readonly absent: readonly MinuteFile[] | null;
}

/** Finds what is wrong with a date, judging by what is on disk. */
export function defectsOf(
  day: DayInventory,
  { record, heldBack, rejected, absent }: DayEvidence,
): DayDefects {
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

/** Whether something is wrong with a date. */
export function hasDefect({ date: _, damage, ...lists }: DayDefects): boolean {
  return damage !== null || Object.values(lists).some(({ length }) => length > 0);
}

function keysOf({ ledger }: DayInventory, isMeant: (entry: LedgerEntry) => boolean): string[] {
  return [...ledger].filter(([, entry]) => isMeant(entry)).map(([key]) => key);
}

function isWithheld(entry: LedgerEntry): boolean {
  return judgementOf(entry) === "withheld";
}
