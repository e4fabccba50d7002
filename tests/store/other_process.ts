/**
 * A process of its own, for what only another process can do: `other_process.ts lock|venue-lock|write|count PATH`.
 * It prints `ready` when it has begun, and ends when it has done its work or is killed.
 */
import { systemClock } from "../../src/system/system_clock.ts";
import { writeAtomically } from "../../src/system/atomic.ts";
import { takeLock } from "../../src/system/lock.ts";
import { QuotaFile } from "../../src/store/state/quota_file.ts";
import { acquireVenueLock } from "../../src/store/venue_lock.ts";

/** The number of grants that `count` adds. */
export const GRANTS = 50;

const never = new AbortController().signal;
const ready = () => console.log("ready");
const forAMinute = () => systemClock.sleep(60_000, never);

/** What it can do with the file at `path`. */
const WORK: Record<string, (path: string) => Promise<void>> = {
  async lock(path) {
    const taken = await takeLock(path, systemClock, 0, never);
    if ("holder" in taken) throw new Error(`held by ${taken.holder}`);
    using _lock = taken.lock;
    ready();
    await forAMinute();
  },
  async "venue-lock"(path) {
    using _lock = await acquireVenueLock(path, { clock: systemClock, patienceMillis: 0, signal: never });
    ready();
    await forAMinute();
  },
  /** Never comes to the end of the file. */
  async write(path) {
    await writeAtomically(path, async (append) => {
      append(new TextEncoder().encode("half of it"));
      ready();
      await forAMinute();
    });
  },
  async count(path) {
    const quota = new QuotaFile(path, systemClock);
    ready();
    for (let i = 0; i < GRANTS; i++) {
      await quota.update(
        (state) => ({ state: { ...state, grants: [...state.grants, i] }, value: undefined }),
        never,
      );
    }
  },
};

if (import.meta.main) {
  const [what, path] = Deno.args;
  await WORK[what](path);
}
