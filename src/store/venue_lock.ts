import type { Venue } from "../feed/venue.ts";
import type { Clock } from "../system/clock.ts";
import { isDiskFull, removeIfThere, removeUnfinished } from "../system/atomic.ts";
import type { Layout } from "./layout.ts";
import { type HeldLock, replaceContent, takeLock } from "../system/lock.ts";

/** Another process writes this venue's data. */
export class VenueBusy extends Error {
  override name = "VenueBusy";
}

/** How long to try for a lock. */
export interface LockWait {
  readonly clock: Clock;
  readonly patienceMillis: number;
  readonly signal: AbortSignal;
}

/**
 * Takes the lock for writing a venue's data, for one cycle. Throws `VenueBusy` when another process keeps it longer
 * than the wait allows.
 */
export async function acquireVenueLock(
  path: string,
  { clock, patienceMillis, signal }: LockWait,
): Promise<HeldLock> {
  const taken = await takeLock(path, clock, patienceMillis, signal);
  if ("holder" in taken) {
    const pid = /^\d+$/.test(taken.holder.trim()) ? ` (PID ${taken.holder.trim()})` : "";
    throw new VenueBusy(`Another process${pid} holds ${path}: let it end, or use another --wrk-dir`);
  }
  return signed(path, taken.lock);
}

/** Removes what a killed process left in the state folder of a venue, for the holder of its lock. */
export function removeLeftovers(layout: Layout, venue: Venue): void {
  removeIfThere(layout.runs(venue));
  removeUnfinished(layout.state, layout.ownPart(venue));
}

/** Writes the holder's PID into the lock's file; releases the lock if the disk refuses, but not if it is only full. */
function signed(path: string, lock: HeldLock): HeldLock {
  using letGo = new DisposableStack();
  letGo.use(lock);
  try {
    replaceContent(path, lock.file, `${Deno.pid}\n`);
  } catch (error) {
    if (!isDiskFull(error)) throw error; // the lock is held even without its PID; its holder may make room
  }
  letGo.move();
  return lock;
}
