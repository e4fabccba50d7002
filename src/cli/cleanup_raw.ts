import { type Cleanup, cleanUp, isClean } from "../collect/maintain/cleanup.ts";
import { Pace } from "../collect/pace.ts";
import { deletedText, keptText } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { EXIT } from "./exit.ts";
import { underLock } from "../collect/maintain/under_lock.ts";
import type { CleanupOptions } from "./settings.ts";
import type { Collaborators } from "./wiring.ts";

/**
 * Cleans a venue's raw spool under its write lock; a dry run locks nothing. Throws what `underLock` does, what the disk
 * throws, and the signal's reason.
 */
export async function cleanupRaw(
  venue: Venue,
  { keepDays, dryRun = false }: CleanupOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<Cleanup> {
  const { layout, clock, onProgress } = tools;
  const clean = (pace: Pace) => cleanUp(venue, { layout, pace, now: clock.now(), keepDays, dryRun });
  const cleanup = dryRun
    ? await clean(new Pace(clock, signal, onProgress))
    : await underLock(venue, tools, signal, ({ pace }) => clean(pace));
  for (const message of cleanup.damage) log.error(message);
  return cleanup;
}

export function printCleanup(cleanup: Cleanup, { dryRun }: CleanupOptions): void {
  console.log(`${cleanup.venue}: ${deletedText(cleanup, dryRun ? "would be deleted" : "deleted")}`);
  for (const files of cleanup.kept) console.log(`${cleanup.venue}: ${keptText(files)}`);
}

export function cleanupCode(cleanup: Cleanup): number {
  if (cleanup.damage.length > 0) return EXIT.damagedData;
  return isClean(cleanup) ? EXIT.done : EXIT.inPart;
}
