import type { Clock } from "../system/clock.ts";

/** The clocks are read at least this often, to notice that the machine slept or a clock was set. */
export const LONGEST_NAP_MILLIS = 60_000;

/** How to wait. */
export interface Wait {
  readonly clock: Clock;
  /** Ends the wait at once. */
  readonly wake: AbortSignal;
  /** The longest time in milliseconds until it looks again. */
  readonly napMillis: number;
}

/**
 * Waits for the start that `look` returns, until no milliseconds are left. It looks at first and after each nap, and
 * the result may change each time. Returns what is due; null as soon as `wake` fires. Uses one timer at a time.
 */
export async function waitFor<T extends { readonly waitMillis: number }>(
  look: () => T | Promise<T>,
  { clock, wake, napMillis }: Wait,
): Promise<T | null> {
  while (!wake.aborted) {
    const coming = await look();
    if (coming.waitMillis <= 0) return coming;
    await napUnlessWoken(clock, Math.min(Math.ceil(coming.waitMillis), napMillis), wake);
  }
  return null;
}

async function napUnlessWoken(clock: Clock, millis: number, wake: AbortSignal): Promise<void> {
  try {
    await clock.sleep(millis, wake);
  } catch (error) {
    if (!wake.aborted) throw error;
  }
}
