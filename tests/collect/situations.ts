import { type MinuteFile, minuteFile, type SourceFile } from "../../src/feed/file_names.ts";
import { ODD_PER_CYCLE, type Situation } from "../../src/collect/download_plan.ts";
import { type Ledger, type LedgerEntry, ledgerKey } from "../../src/store/ledger.ts";
import type { SpooledFile } from "../../src/store/spool/spooled_file.ts";

/** A minute of the day: `at("08:34")` is 514. */
export function at(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

/** This many consecutive minute files of a date, from a time on. */
export function minutesOf(date: string, from: string, count: number, venue = "DETR"): MinuteFile[] {
  return Array.from({ length: count }, (_, i) => minuteFile(venue, date, at(from) + i));
}

/** The names of files, as a set. */
export function namesOf(...files: readonly SourceFile[]): Set<string> {
  return new Set(files.map(({ name }) => name));
}

/** Nothing is stored and nothing given up, except what the arguments say. */
export function situation(listed: readonly SourceFile[], known: Partial<Situation> = {}): Situation {
  return { listed, seen: new Set(), givenUp: new Set(), reconcile: true, oddLeft: ODD_PER_CYCLE, ...known };
}

/** A file in the spool; `version` is the digest of a second one of its name. */
export function spooled(file: SourceFile, version: string | null = null): SpooledFile {
  return { file, path: `/spool/${file.name}${version === null ? "" : `.~${version}`}`, version };
}

/** The digest that stands for the bytes of raw files here. */
export const DIGEST = "0123456789abcdef";

/** A ledger of these files, each with ten rows unless its entry says otherwise. */
export function ledgerWith(...files: readonly (readonly [SourceFile, Partial<LedgerEntry>?])[]): Ledger {
  const entryOf = (known: Partial<LedgerEntry> = {}) => ({ rows: 10, rejected: 0, digest: DIGEST, ...known });
  return new Map(files.map(([file, known]) => [ledgerKey(file), entryOf(known)]));
}
