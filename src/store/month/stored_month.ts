import type { RecordType } from "../../feed/records/record_type.ts";
import { fromDisk, isDiskAway, withPath } from "../../system/disk_error.ts";
import { DamagedMonth } from "./damaged_month.ts";
import type { SortedSource } from "../merge.ts";
import { countRows } from "../parquet/reader.ts";
import {
  batchesIn,
  bufferOf,
  checkDigest,
  type DataFooter,
  guarded,
  openIfThere,
  readDataFooter,
} from "../data_file.ts";

/** The key of the days in a month's footer. */
export const DAYS_KEY = "xetra-parqed.days";

/** A day in a month file: what its partition was when the month was made from it. */
export interface MonthDay {
  readonly date: string;
  readonly rows: number;
  /** Of the partition's content: the days and their digests are the fingerprint of what a month was made from. */
  readonly digest: string;
}

/** A month's rows as they lie on disk. */
export interface Month {
  readonly rows: number;
  /** Oldest first. */
  readonly days: readonly MonthDay[];
}

/** A month file whose bytes have been checked against their digest. */
export interface StoredMonth extends Month {
  /** Its rows, a piece at a time, as long as its file is open. */
  batches(): SortedSource;
}

/** The month file at `path`; null when there is none. Throws `DamagedMonth` when its footer is not ours. */
export async function readMonth(path: string, type: RecordType): Promise<Month | null> {
  using file = openIfThere(path);
  if (file === null) return null;
  return await readDamageableMonth(path, async () => monthOf(await readDataFooter(file, type)));
}

/** What a damaged month file still tells: its days, or only how many rows it had; null when nothing. */
export async function recordedMonth(path: string, type: RecordType): Promise<Month | null> {
  try {
    return await readMonth(path, type);
  } catch (error) {
    if (!(error instanceof DamagedMonth)) throw error;
    using file = fromDisk(path, () => Deno.openSync(path));
    const rows = await countRows(bufferOf(file)).catch(() => null);
    return rows === null ? null : { rows, days: [] };
  }
}

/** Reads an open month file, `path` being its name for the message. Throws `DamagedMonth`. */
export async function openStoredMonth(
  path: string,
  file: Deno.FsFile,
  type: RecordType,
): Promise<StoredMonth> {
  return await readDamageableMonth(path, async () => {
    const footer = await readDataFooter(file, type);
    checkDigest(file, footer);
    return {
      ...monthOf(footer),
      batches: () => guarded(batchesIn(file, footer), (read) => readDamageableMonth(path, read)),
    };
  });
}

/** What `read` returns; what it throws becomes `DamagedMonth`. */
export async function readDamageableMonth<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isDiskAway(error) ? withPath(path, error) : new DamagedMonth(path, error);
  }
}

/** Whether a month made from these days would be the one that was made from those. */
export function areSameDays(a: readonly MonthDay[], b: readonly MonthDay[]): boolean {
  return encodeDays(a) === encodeDays(b);
}

function monthOf({ rows, parquet: { metadata } }: DataFooter): Month {
  const days = metadata.get(DAYS_KEY);
  if (days === undefined) throw new Error("its footer names no days: it is no month of this program's");
  return { rows, days: decodeDays(days) };
}

/** A line a day, `2026-09-01 440000 DIGEST`. */
export function encodeDays(days: readonly MonthDay[]): string {
  return days.map(({ date, rows, digest }) => `${date} ${rows} ${digest}`).join("\n");
}

function decodeDays(text: string): MonthDay[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const [, date, rows, digest] = /^(\S+) (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (date === undefined) throw new Error(`its footer has a line that names no day: ${line}`);
    return { date, rows: Number(rows), digest };
  });
}
