/** The time, passed as an argument to decisions and waits; the real one is `systemClock`. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; jumps when the clock is set. */
  now(): number;
  /**
   * Milliseconds since some moment in the past, for measuring durations; never goes back. May stand still while the
   * machine sleeps.
   */
  monotonic(): number;
  /** Resolves after `millis`; rejects at once with the signal's reason when `signal` fires. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
}
