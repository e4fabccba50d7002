import type { RecordType } from "../../feed/records/record_type.ts";
import { fromDisk } from "../../system/disk_error.ts";
import { catchDamage, DamagedMonth, NotAsWritten } from "../damage.ts";
import { DIGEST } from "../digest.ts";
import type { ExaminableKind } from "../examine.ts";
import { DAYS_KEY } from "../footer_keys.ts";
import { claimedRows } from "../parquet/reader.ts";
import { bufferOf, type DataFacts } from "../data_file.ts";
import { openStoredFile, readStored, type Stored } from "../stored_file.ts";

/** A day in a month file: what its partition was when the month was made from it. */
export interface MonthDay {
  readonly date: string;
  readonly rows: number;
  /** The digest of the partition's content: the days with their digests identify what a month was made from. */
  readonly digest: string;
}

/** A month's rows as they lie on disk. */
export interface Month {
  readonly rows: number;
  /** Oldest first. */
  readonly days: readonly MonthDay[];
}

/** The month file at `path`; null when there is none. Throws `DamagedMonth` when its footer is not ours. */
export async function readMonth(path: string, type: RecordType): Promise<Month | null> {
  return await readStored(path, type, MONTH_FILE);
}

/** What can still be read of a damaged month file: its days, or only its number of rows; null when nothing. */
export async function recordedMonth(path: string, type: RecordType): Promise<Month | null> {
  return await catchDamage(DamagedMonth, () => readMonth(path, type), async () => {
    using file = fromDisk(path, () => Deno.openSync(path));
    const rows = await claimedRows(bufferOf(file));
    return rows === null ? null : { rows, days: [] };
  });
}

/** Reads an open month file; `path` is its name for messages. Throws `DamagedMonth`, and the disk's errors. */
export async function openStoredMonth(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
): Promise<Stored<Month>> {
  return await openStoredFile(path, file, type, MONTH_FILE);
}

/** The file of a month. */
export const MONTH_FILE: ExaminableKind<Month> = {
  describe: monthOf,
  Damaged: DamagedMonth,
  entered: ({ days }) => ({ rows: days.reduce((sum, { rows }) => sum + rows, 0), book: "list of days" }),
};

/** Whether a month made from the days `a` would equal one made from the days `b`. */
export function areSameDays(a: readonly MonthDay[], b: readonly MonthDay[]): boolean {
  return encodeDays(a) === encodeDays(b);
}

function monthOf({ rows, parquet: { metadata } }: DataFacts): Month {
  const days = metadata.get(DAYS_KEY);
  if (days === undefined) {
    throw new NotAsWritten("its footer names no days: this program did not write it");
  }
  return { rows, days: decodeDays(days) };
}

/** One line per day, `2026-09-01 440000 DIGEST`. */
export function encodeDays(days: readonly MonthDay[]): string {
  return days.map(({ date, rows, digest }) => `${date} ${rows} ${digest}`).join("\n");
}

const DAY = new RegExp(String.raw`^(\S+) (\d+) (${DIGEST})$`);

/** Reads what `encodeDays` wrote. Throws `NotAsWritten`. */
export function decodeDays(text: string): MonthDay[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [, date, rows, digest] = DAY.exec(line) ?? [];
    if (date === undefined) throw new NotAsWritten(`its footer has a line that names no day: ${line}`);
    return { date, rows: Number(rows), digest };
  });
}
