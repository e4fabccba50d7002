import { fileNamed, type SourceFile } from "../feed/file_names.ts";
import type { PendingFile, PendingRecord } from "../store/state/pending_record.ts";
import type { Outcome } from "./download.ts";

/** A listed file counts as lost when it was gone in this many cycles. */
export const LOST_AFTER_CYCLES = 3;

/**
 * The record of what is listed but not stored after a cycle. For a file that is gone, the count grows by one; any other
 * failure keeps the count. Names whose bytes were `rejected` are not counted: the file was there, and is requested
 * again. The newest missing daily file is not counted either, since the exchange lists it before it is there. Names
 * that are no longer listed are removed.
 */
export function nextPending(
  before: PendingRecord,
  missing: readonly SourceFile[],
  outcomes: ReadonlyMap<string, Outcome>,
  rejected: ReadonlySet<string>,
): PendingRecord {
  const early = newestDaily(missing);
  return new Map(missing.map(({ name }) => {
    const isExpected = rejected.has(name) || name === early;
    const absentCycles = isExpected ? 0 : before.get(name)?.absentCycles ?? 0;
    const outcome = outcomes.get(name);
    switch (outcome?.kind) {
      case "gone":
        return [name, { absentCycles: isExpected ? 0 : absentCycles + 1, reason: absence(outcome.reason) }];
      case "failed":
      case "rejected":
        return [name, { absentCycles, reason: outcome.reason }];
      case "kept":
        return [name, { absentCycles, reason: "fetched, but its folder does not show it: check the disk" }];
      default:
        return [name, { absentCycles, reason: before.get(name)?.reason ?? "not fetched yet" }];
    }
  }));
}

function newestDaily(files: readonly SourceFile[]): string | undefined {
  const dailies = files.filter(({ kind }) => kind === "daily");
  return dailies.map(({ name }) => name).sort().at(-1);
}

/** The files that a record names. */
export function filesOf(record: PendingRecord): SourceFile[] {
  return [...record.keys()].map(fileNamed).filter((file) => file !== null);
}

/** `listed, but not there (HTTP 404)`: describes a file that is gone. */
export function absence(reason: string): string {
  return `listed, but not there (${reason})`;
}

/** The names of a record that are no longer requested. */
export function lostNames(record: PendingRecord): Set<string> {
  return new Set([...record].filter(([, file]) => isLost(file)).map(([name]) => name));
}

/** The part of a record that is requested again in the next cycle. */
export function triedAgain(record: PendingRecord): PendingRecord {
  return new Map([...record].filter(([, file]) => !isLost(file)));
}

/**
 * The names that a cycle has lost: given up in it, or listed before and now neither listed nor on disk. `accounted`
 * holds the names that are listed or on disk.
 */
export function newlyLost(
  before: PendingRecord,
  after: PendingRecord,
  accounted: ReadonlySet<string>,
): string[] {
  const lostBefore = lostNames(before);
  const expired = [...before.keys()].filter((name) => !after.has(name) && !accounted.has(name));
  return [...lostNames(after), ...expired].filter((name) => !lostBefore.has(name));
}

function isLost({ absentCycles }: PendingFile): boolean {
  return absentCycles >= LOST_AFTER_CYCLES;
}
