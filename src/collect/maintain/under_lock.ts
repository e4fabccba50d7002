import type { Tools } from "../cycle.ts";
import { Pace } from "../pace.ts";
import type { Publisher } from "../publish/publish.ts";
import type { Venue } from "../../feed/venue.ts";
import { Spool } from "../../store/spool/spool.ts";
import { acquireVenueLock, removeLeftovers } from "../../store/venue_lock.ts";

/** What work under the lock needs besides the venue. */
export type LockTools = Pick<Tools, "layout" | "clock" | "createdBy" | "onProgress">;

/** A cycle, or a maintenance command running beside the daemon, may take this long. */
export const LOCK_PATIENCE_MILLIS = 60_000;

/**
 * Runs work on a venue's data under its write lock, waiting up to a minute for the lock. Throws `VenueBusy`, what the
 * work throws, and the signal's reason.
 */
export async function underLock<T>(
  venue: Venue,
  { layout, clock, createdBy, onProgress }: LockTools,
  signal: AbortSignal,
  work: (publisher: Publisher) => Promise<T>,
): Promise<T> {
  const wait = { clock, patienceMillis: LOCK_PATIENCE_MILLIS, signal };
  using _lock = await acquireVenueLock(layout.writeLock(venue), wait);
  removeLeftovers(layout, venue); // so does a cycle when it begins
  const pace = new Pace(clock, signal, onProgress);
  return await work({ spool: new Spool(layout, venue), createdBy, pace });
}
