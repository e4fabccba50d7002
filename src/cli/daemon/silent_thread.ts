import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import type { Clock } from "../../system/clock.ts";
import type { CarryOut } from "./cycle_thread.ts";

const LOOK_MILLIS = MILLIS_PER_MINUTE;
/**
 * A thread that makes progress reports it ten times a second. A wait for a lock, a listing or the quota may keep it
 * silent for a minute. Looks are counted, not time: when the machine sleeps, nobody looks.
 */
const SILENT_LOOKS = 10;
const LONGEST_PAUSE_MILLIS = 24 * 60 * MILLIS_PER_MINUTE;

/**
 * A thread hangs. It was asked to stop, and terminated: Deno ends it when it waits for a promise, or as soon as its system
 * call returns. Until then, and for ever if it is in a loop, it keeps its locks.
 */
export class ThreadIsSilent extends Error {
  override name = "ThreadIsSilent";
  override message = `no sign of life for ${SILENT_LOOKS} minutes`;
}

/** Carries out a job as `carryOut` does, but when it makes no progress for ten minutes stops it and throws `ThreadIsSilent`. */
export function endingSilent(carryOut: CarryOut, clock: Clock): CarryOut {
  return async (job, { stop, progress }) => {
    const [silence, over] = [new AbortController(), new AbortController()];
    let isHeard = false;
    const look = async () => {
      for (let silent = 0; silent < SILENT_LOOKS; silent = isHeard ? 0 : silent + 1) {
        isHeard = false;
        await clock.sleep(LOOK_MILLIS, over.signal);
      }
      silence.abort(new ThreadIsSilent());
    };
    look().catch(() => {}); // rejected: the job is over
    const onProgress = () => {
      isHeard = true;
      progress();
    };
    try {
      return await carryOut(job, { stop: AbortSignal.any([stop, silence.signal]), progress: onProgress });
    } finally {
      over.abort();
    }
  };
}

/**
 * How long to wait before the next thread when so many in a row were silent, in milliseconds: none after the first,
 * then ten minutes, doubled each time, a day at most. One that hangs on a broken disk keeps its memory for as long.
 */
export function pauseAfterSilent(threads: number): number {
  return threads < 2 ? 0 : Math.min(LONGEST_PAUSE_MILLIS, 10 * MILLIS_PER_MINUTE * 2 ** (threads - 2));
}
