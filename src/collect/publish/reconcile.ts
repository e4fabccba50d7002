import type { SourceFile } from "../../feed/file_names.ts";
import type { Judgement } from "../../store/ledger.ts";
import type { Difference, Finding } from "../findings.ts";

/** A daily file is a contradiction only if more rows than this, and a larger share, are in the minute files alone. */
const FEW_ROWS = 20;
const SMALL_SHARE = 0.01;

/** A fetched minute, compared with what a daily file has of it. */
export interface ComparedMinute {
  readonly file: SourceFile;
  /** Whether it lies in the daily file's trading day; only then must the daily file have its rows. */
  readonly isOfDay: boolean;
  /** Rows of the minute file, according to the ledger. */
  readonly entered: number;
  /** Stored rows of the minute that the daily file has too. */
  common: number;
  /** Stored rows of the minute that the daily file does not have. */
  onlyStored: number;
  /** The daily file's rows of the minute that are not stored. */
  onlyDaily: number;
}

/** The result of comparing a daily file with the minutes that were fetched. */
export interface Comparison extends Difference {
  /** Rows of these minute files, as far as they lie in the daily file's trading day. */
  readonly minuteRows: number;
}

/** Adds up the minutes; `compared` is the number of rows of the daily file in them. */
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
 * Whether a daily file describes the same trades as the minutes that were fetched. Then its rows of these minutes are
 * taken, however many the minutes lack. It does not if too many of their rows are missing from it.
 */
export function judge({ onlyInMinutes, minuteRows }: Comparison): Judgement {
  const contradicts = onlyInMinutes > FEW_ROWS && onlyInMinutes > SMALL_SHARE * minuteRows;
  return contradicts ? "withheld" : "taken";
}

/** The finding that reports a comparison; empty when there was nothing to compare. */
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
 * Rows of a minute file that the daily file does not have. Rows stored beyond those of the minute file came from
 * elsewhere (files of the predecessor, or a second version) and do not count against the daily file.
 */
function onlyInFile({ entered, common, onlyStored }: ComparedMinute): number {
  return Math.min(onlyStored, Math.max(0, entered - common));
}

function sumOf<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
