import { statfsSync } from "node:fs";
import { join } from "node:path";
import type { Venue } from "../feed/venue.ts";
import { entriesOf, ifThere } from "./atomic.ts";
import type { Layout } from "./layout.ts";

/** Dates by which a day's size is judged: a working week. */
const JUDGED_DATES = 5;

/**
 * How many more days of a venue the disk has room for, by the largest of its last days; null when none is stored, or
 * the system does not tell.
 */
export function diskDaysLeft(layout: Layout, venue: Venue, dates: readonly string[]): number | null {
  const sizes = dates.slice(-JUDGED_DATES).map((date) => bytesOfDay(layout, venue, date));
  const largest = Math.max(0, ...sizes);
  if (largest === 0) return null;
  const free = freeBytes(layout.workingDirectory);
  return free === null ? null : Math.floor(free / largest);
}

function bytesOfDay(layout: Layout, venue: Venue, date: string): number {
  const directory = layout.rawDay(venue, date);
  const raw = entriesOf(directory).filter(({ isFile }) => isFile).map(({ name }) =>
    sizeOf(join(directory, name))
  );
  return raw.reduce((sum, size) => sum + size, sizeOf(layout.partition(venue, date)));
}

function sizeOf(path: string): number {
  return ifThere(() => Deno.statSync(path))?.size ?? 0;
}

function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    // Without `--allow-sys=statfs` it is not ours to know.
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}
