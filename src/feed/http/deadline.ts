import type { Clock } from "../../system/clock.ts";

/** How long a download may take. */
export interface Patience {
  /** The total time. */
  readonly totalMillis: number;
  /** The time without any piece arriving. */
  readonly idleMillis: number;
}

/** A download took longer than allowed. */
export class TooSlow extends Error {
  override name = "TooSlow";
}

/**
 * Runs `work` with a signal that fires with `TooSlow` when the time is over, or with the reason of `signal`. Throws
 * what `work` throws.
 */
export async function withDeadline<T>(
  patience: Patience,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal, onProgress: () => void) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  const start = clock.monotonic();
  let lastProgress = start;
  const watch = async () => {
    for (;;) {
      const now = clock.monotonic();
      const quiet = now - lastProgress;
      const left = Math.min(patience.totalMillis - (now - start), patience.idleMillis - quiet);
      if (left <= 0) return over.abort(new TooSlow(outOfPatience(patience, quiet)));
      await clock.sleep(left, done.signal);
    }
  };
  const watched = watch().catch((error) => {
    if (!done.signal.aborted) over.abort(error); // otherwise the sleep ended because the work is done
  });
  try {
    return await work(AbortSignal.any([signal, over.signal]), () => lastProgress = clock.monotonic());
  } finally {
    done.abort();
    await watched;
  }
}

function outOfPatience({ totalMillis, idleMillis }: Patience, quiet: number): string {
  return quiet >= idleMillis
    ? `no byte in ${secondsOf(idleMillis)} s`
    : `not complete after ${secondsOf(totalMillis)} s`;
}

/** Rounded to a tenth: the rest of a longer time limit can be any fraction. */
function secondsOf(millis: number): number {
  return Math.round(millis / 100) / 10;
}
