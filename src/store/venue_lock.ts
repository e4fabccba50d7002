import type { Clock } from "../system/clock.ts";
import { isDiskFull } from "../system/atomic.ts";
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
 * Takes the lock of who writes a venue's data, for a cycle. Throws `VenueBusy` when another process keeps it longer
 * than the patience.
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

/** Writes who holds the lock into its file; lets go of it when the disk refuses, but not when it is only full. */
function signed(path: string, lock: HeldLock): HeldLock {
  using letGo = new DisposableStack();
  letGo.use(lock);
  try {
    replaceContent(path, lock.file, `${Deno.pid}\n`);
  } catch (error) {
    if (!isDiskFull(error)) throw error; // it is held without a name as well, by who may make room
  }
  letGo.move();
  return lock;
}
