import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { TRADES_BY_MONTH } from "../../store/datasets.ts";
import { catchDamage, DamagedMonth } from "../../store/damage.ts";
import type { Layout } from "../../store/layout.ts";
import { dayFiles } from "../../store/month/month.ts";
import { type Month, readMonth } from "../../store/month/stored_month.ts";
import { infoOf } from "../../system/atomic.ts";

/** The times of a file, in milliseconds since 1970. */
export interface Age {
  /** When its content was last written. */
  readonly written: number;
  /** When anything about it last changed, including name and place. Deno gives it in whole seconds. */
  readonly changed: number;
}

/**
 * Whether a month's file names exactly the days that are stored and is younger than all of them. Then it was made from
 * them as they are, and their footers need not be read. Throws the disk's errors.
 */
export async function isYoungerThanDays(
  venue: Venue,
  month: string,
  layout: Layout,
  now: number,
): Promise<boolean> {
  const [path, days] = [layout.partition(TRADES_BY_MONTH, venue, month), dayFiles(layout, venue, month)];
  const made = ageOf(path);
  if (made === null || !isYounger(made, days.map((day) => ageOf(day.path)), now)) return false;
  const dates = (await readUnlessDamaged(path))?.days.map(({ date }) => date) ?? [];
  return dates.join() === days.map(({ date }) => date).join();
}

/**
 * Whether a file is younger than the others, by both times. A file restored from a backup has an old time of writing
 * and a new time of change; a day that was copied along with its month changed before it, and may have been written
 * later. False if a file does not exist, or has a time in the future: then the clock was set back, and newer files look
 * older.
 */
export function isYounger(file: Age, others: readonly (Age | null)[], now: number): boolean {
  const isOlder = (other: Age | null) =>
    other !== null && other.written < file.written && other.changed <= file.changed;
  return Math.max(file.written, file.changed) <= now && others.every(isOlder);
}

function ageOf(path: string): Age | null {
  const { mtime, ctime } = infoOf(path) ?? {};
  return mtime && ctime ? { written: mtime.getTime(), changed: ctime.getTime() } : null;
}

/** Null also when there is none. */
async function readUnlessDamaged(path: string): Promise<Month | null> {
  return await catchDamage(DamagedMonth, () => readMonth(path, TRADES), () => null);
}
