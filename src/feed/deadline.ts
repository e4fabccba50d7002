import type { Clock } from "./clock.ts";

/** How long a download may take. */
export interface Patience {
  /** In all. */
  readonly totalMillis: number;
  /** Without a piece arriving. */
  readonly idleMillis: number;
}

/** A download took longer than it may. */
export class TooSlow extends Error {
  override name = "TooSlow";
}

/** Runs `work` with a signal that fires with `TooSlow` when patience ends, or with the reason of `signal`. */
export async function withDeadline<T>(
  { totalMillis, idleMillis }: Patience,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal, onProgress: () => void) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  let lastProgress = clock.now();
  const watch = async () => {
    const start = clock.now();
    for (;;) {
      const now = clock.now();
      const left = Math.min(start + totalMillis, lastProgress + idleMillis) - now;
      if (left <= 0) return over.abort(new TooSlow(`no end after ${Math.round((now - start) / 1000)} s`));
      // A clock that is set back must not make the wait longer than it is.
      await clock.sleep(Math.min(left, idleMillis), done.signal);
    }
  };
  const watched = watch().catch(() => {}); // it ends by its signal when the work is done
  try {
    return await work(AbortSignal.any([signal, over.signal]), () => lastProgress = clock.now());
  } finally {
    done.abort();
    await watched;
  }
}
