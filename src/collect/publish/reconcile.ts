import type { SourceFile } from "../../feed/file_names.ts";
import type { Judgement } from "../../store/ledger.ts";
import type { Difference, Finding } from "../findings.ts";

/** More rows than this, and a larger share, must be in the minute files alone until the daily file contradicts them. */
const FEW_ROWS = 20;
const SMALL_SHARE = 0.01;

/** A minute that was fetched, beside what a daily file has of it. */
export interface ComparedMinute {
  readonly file: SourceFile;
  /** Whether it lies in the daily file's trading day: only then must the daily file have its rows. */
  readonly isOfDay: boolean;
  /** Rows of the minute file, by the ledger. */
  readonly entered: number;
  /** Stored rows of the minute that the daily file has. */
  common: number;
  /** Stored rows of the minute that it has not. */
  onlyStored: number;
  /** Its rows of the minute that are not stored. */
  onlyDaily: number;
}

/** What the comparison of a daily file with the minutes that were fetched came to. */
export interface Comparison extends Difference {
  /** Rows of these minute files, as far as they lie in the daily file's trading day. */
  readonly minuteRows: number;
}

/** Adds up the minutes; `compared` are the daily file's rows in them. */
export function comparisonOf(minutes: readonly ComparedMinute[], compared: number): Comparison {
  const ofDay = minutes.filter(({ isOfDay }) => isOfDay);
  const short = minutes.filter(({ onlyDaily }) => onlyDaily > 0).map(({ file }) => file.name).sort();
  return {
    compared,
    added: sumOf(minutes, ({ onlyDaily }) => onlyDaily),
    shortFiles: short.length,
    firstShort: short[0] ?? null,
    onlyInMinutes: sumOf(ofDay, onlyInFile),
    minuteRows: sumOf(ofDay, ({ entered }) => entered),
  };
}

/**
 * Whether a daily file speaks of the same trades as the minutes that were fetched: then its rows of these are taken,
 * however many they lack. It does not if too much of what they have is not in it.
 */
export function judge({ onlyInMinutes, minuteRows }: Comparison): Judgement {
  const contradicts = onlyInMinutes > FEW_ROWS && onlyInMinutes > SMALL_SHARE * minuteRows;
  return contradicts ? "withheld" : "taken";
}

/** What is to be told of a comparison; nothing when there was nothing to compare. */
export function reconciliationOf(name: string, comparison: Comparison): Finding[] {
  const { minuteRows, ...difference } = comparison;
  const { compared, onlyInMinutes, added } = difference;
  if (judge(comparison) === "withheld") {
    return [{ kind: "contradiction", name, onlyInMinutes, minuteRows, withheld: added }];
  }
  if (compared === 0 && onlyInMinutes === 0) return [];
  return [{ kind: "reconciled", name, ...difference }];
}

/**
 * Rows of a minute file that the daily file has not. What is stored beyond the rows of the minute file came otherwise,
 * with files of the predecessor or a second version, and does not speak against the daily file.
 */
function onlyInFile({ entered, common, onlyStored }: ComparedMinute): number {
  return Math.min(onlyStored, Math.max(0, entered - common));
}

function sumOf<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
