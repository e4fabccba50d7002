import type { Clock } from "../system/clock.ts";

/** The clocks are read again at least so often: a machine that slept, or whose clock was set, is noticed. */
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
 * Waits for what `look` sees coming, until no milliseconds are left; it looks at first and after each nap, and may see
 * something else each time. Returns what is due; null as soon as `wake` fires. One timer at a time.
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
