import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { catchDamage, DamagedBars, damageOr, NotAsWritten, readDamageable } from "../store/damage.ts";
import { type DataFacts, openIfThere, readDataFooter } from "../store/data_file.ts";
import { DAYS_KEY, RULES_KEY, UNMATCHED_KEY } from "../store/footer_keys.ts";
import { decodeDays, encodeDays, type MonthDay } from "../store/month/stored_month.ts";
import { type RowGroup, rowGroupsIn } from "../store/row_group.ts";
import { openStoredFile, readStored, type Stored, type StoredKind } from "../store/stored_file.ts";

/** To be counted up whenever bars of the same trades come out otherwise: files by other rules are stale. */
const RULES = "1";

/** What a file of bars was made from, as its footer says. */
export interface BarsOrigin {
  /** The partitions, the oldest first. */
  readonly partitions: readonly MonthDay[];
  /** Corrections whose trade is not stored. */
  readonly unmatched: number;
}

/** A file of bars. */
export interface StoredBars extends BarsOrigin {
  readonly rows: number;
  /** Whether it was made by the rules of today. */
  readonly isByRules: boolean;
}

/** What a file's footer keeps of its origin. */
export function originFacts({ partitions, unmatched }: BarsOrigin): Map<string, string> {
  return new Map([
    [DAYS_KEY, encodeDays(partitions)],
    [UNMATCHED_KEY, String(unmatched)],
    [RULES_KEY, RULES],
  ]);
}

/** Whether bars are what would be made from these partitions now. */
export function isCurrent(bars: StoredBars, partitions: readonly MonthDay[]): boolean {
  return bars.isByRules && encodeDays(bars.partitions) === encodeDays(partitions);
}

/** The bars at `path` as their footer describes them; null when there are none, or it is damaged: then they are made anew. */
export async function readBars(path: string): Promise<StoredBars | null> {
  return await catchDamage(DamagedBars, () => readStored(path, BARS_1M_ROWS, BARS), () => null);
}

/** The same with all bytes checked against their digest. */
export async function checkBars(path: string): Promise<StoredBars | null> {
  using file = openIfThere(path);
  return file === null ? null : await catchDamage(DamagedBars, () => openBars(path, file), () => null);
}

/** Reads an open file of bars, `path` being its name for the message. Throws `DamagedBars`, and what the disk throws. */
export async function openBars(path: string, file: Deno.FsFile): Promise<Stored<StoredBars>> {
  return await openStoredFile(path, file, BARS_1M_ROWS, BARS);
}

/**
 * The row groups of an open file of bars, of which only what is asked for is read. Throws `DamagedBars` where the footer
 * is none of ours, and later where a column cannot be read; flipped bits within are not noticed.
 */
export async function barGroups(path: string, file: Deno.FsFile): Promise<Iterable<RowGroup>> {
  const footer = await readDamageable(path, DamagedBars, () => readDataFooter(file, BARS_1M_ROWS));
  return rowGroupsIn(file, footer, (error) => damageOr(path, DamagedBars, error));
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
