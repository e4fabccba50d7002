import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import type { RecordType } from "../feed/records/record_type.ts";
import { catchDamage, DamagedBars, NotAsWritten } from "../store/damage.ts";
import { type DataFacts, openIfThere } from "../store/data_file.ts";
import { DAYS_KEY, RULES_KEY, UNMATCHED_KEY } from "../store/footer_keys.ts";
import { decodeDays, encodeDays, type MonthDay } from "../store/month/stored_month.ts";
import type { IsWanted } from "../store/parquet/footer.ts";
import type { RowGroup } from "../store/row_group.ts";
import {
  type Grouped,
  groupsUnchecked,
  openStoredFile,
  openUnchecked,
  readStored,
  type Stored,
  type StoredKind,
} from "../store/stored_file.ts";

/** Increase this whenever the same trades give different bars: then files made by other rules are out of date. */
export const RULES = "1";

/** What a file of bars was made from, according to its footer. */
export interface BarsOrigin {
  /** The partitions, oldest first. */
  readonly partitions: readonly MonthDay[];
  /** Corrections whose trade is not stored. */
  readonly unmatched: number;
}

/** A file of bars. */
export interface StoredBars extends BarsOrigin {
  readonly rows: number;
  /** Whether it was made by today's rules. */
  readonly isByRules: boolean;
}

/** The footer entries that describe a file's origin. */
export function originFacts({ partitions, unmatched }: BarsOrigin): Map<string, string> {
  return new Map([
    [DAYS_KEY, encodeDays(partitions)],
    [UNMATCHED_KEY, String(unmatched)],
    [RULES_KEY, RULES],
  ]);
}

/** Whether making bars from these partitions now would give the same ones. */
export function isCurrent(bars: StoredBars, partitions: readonly MonthDay[]): boolean {
  return bars.isByRules && encodeDays(bars.partitions) === encodeDays(partitions);
}

/**
 * The bars at `path` as described by their footer; null when there are none or the file is damaged, and they must be
 * made anew.
 */
export async function readBars(path: string): Promise<StoredBars | null> {
  return await catchDamage(DamagedBars, () => readStored(path, BARS_1M_ROWS, BARS), () => null);
}

/** The same, with all bytes checked against their digest. */
export async function checkBars(path: string): Promise<StoredBars | null> {
  using file = openIfThere(path);
  return file === null ? null : await catchDamage(DamagedBars, () => openBars(path, file), () => null);
}

/** Reads an open file of bars; `path` is its name for messages. Throws `DamagedBars`, and the disk's errors. */
export async function openBars(path: string, file: Deno.FsFile): Promise<Stored<StoredBars>> {
  return await openStoredFile(path, file, BARS_1M_ROWS, BARS);
}

/**
 * The row groups of an open file of bars of a type, by default all: see `groupsUnchecked`. Throws `DamagedBars`, and what the
 * disk throws.
 */
export async function barGroups(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
  isWanted?: IsWanted,
): Promise<Iterable<RowGroup>> {
  return await groupsUnchecked(path, file, type, BARS, isWanted);
}

/**
 * An open file of one-minute bars as described by its footer, and its row groups, or those that are wanted: see
 * `groupsUnchecked`. Null when the footer is damaged. Throws what the disk throws.
 */
export async function openMinutes(
  path: string,
  file: Deno.FsFile,
  isWanted?: IsWanted,
): Promise<StoredBars & Grouped | null> {
  const open = () => openUnchecked(path, file, BARS_1M_ROWS, BARS, isWanted);
  return await catchDamage(DamagedBars, open, () => null);
}

const BARS: StoredKind<StoredBars> = { describe: describeBars, Damaged: DamagedBars };

function describeBars({ rows, parquet: { metadata } }: DataFacts): StoredBars {
  const days = metadata.get(DAYS_KEY);
  if (days === undefined) throw new NotAsWritten("its footer does not say what it was made from");
  return {
    rows,
    partitions: decodeDays(days),
    unmatched: Number(metadata.get(UNMATCHED_KEY)),
    isByRules: metadata.get(RULES_KEY) === RULES,
  };
}
