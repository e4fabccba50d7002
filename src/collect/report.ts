import type { SourceFile } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import type { PendingRecord } from "../store/pending.ts";
import type { Outcome } from "./download.ts";
import { type Finding, isLoss } from "./findings.ts";
import type { DayStatus } from "./status.ts";

/** In so many cycles a listed file must answer 404 until it counts as lost. */
export const LOST_AFTER_CYCLES = 3;

/** What one cycle of a venue did. */
export interface CycleReport {
  readonly venue: Venue;
  /** Files that the exchange lists; null when it has no listing for the venue. */
  readonly listed: number | null;
  /** Listed names of no known form. */
  readonly skipped: readonly string[];
  /** Files downloaded, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** New rows in the partitions. */
  readonly trades: number;
  /** The names that were listed and are not stored, with the reasons. */
  readonly pending: PendingRecord;
  /** The names that were given up in this cycle, or are no longer listed and were never stored. */
  readonly lost: readonly string[];
  readonly findings: readonly Finding[];
  /** The dates that were listed or pending, as they are now. */
  readonly days: readonly DayStatus[];
  /** The newest minute that is stored of them, in milliseconds since 1970. */
  readonly newestMinute: number | null;
}

/** Whether all that the exchange lists is stored and understood. */
export function isComplete({ pending, lost, findings }: CycleReport): boolean {
  const waiting = [...pending.values()].filter(({ absentCycles }) => absentCycles < LOST_AFTER_CYCLES);
  return waiting.length === 0 && lost.length === 0 && !findings.some(isLoss);
}

/**
 * The record of what is listed and not stored after a cycle: a 404 counts a cycle more, any other failure or none
 * keeps the count. Names that are no longer listed leave it.
 */
export function nextPending(
  before: PendingRecord,
  missing: readonly SourceFile[],
  outcomes: ReadonlyMap<string, Outcome>,
): PendingRecord {
  return new Map(missing.map(({ name }) => {
    const absentCycles = before.get(name)?.absentCycles ?? 0;
    const outcome = outcomes.get(name);
    switch (outcome?.kind) {
      case "gone":
        return [name, { absentCycles: absentCycles + 1, reason: "listed, but the exchange answers 404" }];
      case "failed":
      case "rejected":
        return [name, { absentCycles, reason: outcome.reason }];
      default:
        return [name, { absentCycles, reason: before.get(name)?.reason ?? "not fetched yet" }];
    }
  }));
}

/** The names of a record that are asked for no more. */
export function lostNames(record: PendingRecord): Set<string> {
  return new Set(
    [...record].filter(([, { absentCycles }]) => absentCycles >= LOST_AFTER_CYCLES).map(([name]) => name),
  );
}

/** The names that a cycle has lost: given up in it, or listed before it, not stored, and now no longer listed. */
export function newlyLost(before: PendingRecord, after: PendingRecord, seen: ReadonlySet<string>): string[] {
  const lostBefore = lostNames(before);
  const expired = [...before.keys()].filter((name) => !after.has(name) && !seen.has(name));
  return [...lostNames(after), ...expired].filter((name) => !lostBefore.has(name));
}
