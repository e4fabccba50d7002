import { BARS_1D_ROWS } from "../../feed/records/bars.ts";
import { catchDamage, DamagedBars, NotAsWritten } from "../../store/damage.ts";
import { type DataFacts, openIfThere } from "../../store/data_file.ts";
import { CONTENT_KEY, EARLIER_KEY, RULES_KEY, TRADING_DAYS_KEY } from "../../store/footer_keys.ts";
import { decodeDays, encodeDays, type MonthDay } from "../../store/month/stored_month.ts";
import { digestOfGroups, type GroupChecksum } from "../../store/parquet/group_checksums.ts";
import { openStoredFile, readStored, type Stored, type StoredKind } from "../../store/stored_file.ts";
import { RULES } from "../stored_bars.ts";

/** The partitions from which the bars of a trading day were made. */
export interface DayOrigin {
  /** The trading day. */
  readonly date: string;
  /** Oldest first. */
  readonly partitions: readonly MonthDay[];
  /** The number of corrections whose trade is not stored. */
  readonly unmatched: number;
}

/** From what the bars of a month's days were made. */
export interface MonthOrigin {
  /** Oldest first. */
  readonly days: readonly DayOrigin[];
  /** The files of earlier months, which give the closes before its first days, oldest first; `date` is a month. */
  readonly earlier: readonly MonthDay[];
}

/** A file of bars of a day. */
export interface StoredDays extends MonthOrigin {
  readonly rows: number;
  /** The digest of its rows: a file rewritten with the same rows has the same one. */
  readonly digest: string;
  /** Whether it was made by the current rules. */
  readonly isByRules: boolean;
}

/** What a file's footer says of its origin and content. */
export function monthFacts(
  { days, earlier }: MonthOrigin,
  groups: readonly GroupChecksum[],
): Map<string, string> {
  return new Map([
    [TRADING_DAYS_KEY, encodeOrigins(days)],
    [EARLIER_KEY, encodeDays(earlier)],
    [CONTENT_KEY, digestOfGroups(groups)],
    [RULES_KEY, RULES],
  ]);
}

/** The file at `path` as described by its footer; null if there is none or it is damaged, since it is made again then. */
export async function readStoredDays(path: string): Promise<StoredDays | null> {
  return await catchDamage(DamagedBars, () => readStored(path, BARS_1D_ROWS, DAYS), () => null);
}

/** The same, with all bytes checked against their digest. */
export async function checkStoredDays(path: string): Promise<StoredDays | null> {
  using file = openIfThere(path);
  return file === null ? null : await catchDamage(DamagedBars, () => openStoredDays(path, file), () => null);
}

/** Reads an open file; `path` is its name for messages. Throws `DamagedBars`, and the disk's errors. */
export async function openStoredDays(path: string, file: Deno.FsFile): Promise<Stored<StoredDays>> {
  return await openStoredFile(path, file, BARS_1D_ROWS, DAYS);
}

const DAYS: StoredKind<StoredDays> = { describe: describeDays, Damaged: DamagedBars };

function describeDays({ rows, parquet: { metadata } }: DataFacts): StoredDays {
  const [days, earlier, digest] = [TRADING_DAYS_KEY, EARLIER_KEY, CONTENT_KEY].map((key) =>
    metadata.get(key)
  );
  if (days === undefined || earlier === undefined || digest === undefined) {
    throw new NotAsWritten("its footer does not say what it was made from");
  }
  return {
    rows,
    digest,
    days: decodeOrigins(days),
    earlier: decodeDays(earlier),
    isByRules: metadata.get(RULES_KEY) === RULES,
  };
}

/** A line for each day, `2026-09-01 UNMATCHED`, followed by its partitions, ` 2026-09-01 440000 DIGEST`. */
function encodeOrigins(days: readonly DayOrigin[]): string {
  return days.map(({ date, unmatched, partitions }) =>
    [`${date} ${unmatched}`, ...partitions.map((partition) => ` ${encodeDays([partition])}`)].join("\n")
  ).join("\n");
}

/** Throws `NotAsWritten`. */
function decodeOrigins(text: string): DayOrigin[] {
  return text === "" ? [] : text.split(/\n(?! )/).map((lines) => {
    const [, date, unmatched, partitions] = /^(\d{4}-\d\d-\d\d) (\d+)(?:\n ([^]*))?$/.exec(lines) ?? [];
    if (date === undefined) throw new NotAsWritten(`its footer has lines that name no day: ${lines}`);
    return {
      date,
      unmatched: Number(unmatched),
      partitions: decodeDays((partitions ?? "").replaceAll("\n ", "\n")),
    };
  });
}
