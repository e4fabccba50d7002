/** The time that a decision or a wait takes as an argument; the real one is `systemClock`. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; jumps when somebody sets the clock. */
  now(): number;
  /**
   * Milliseconds since some moment of the past; only ever grows: how long something takes is measured by it. May stand
   * still while the machine sleeps.
   */
  monotonic(): number;
  /** Resolves after `millis`; rejects at once with the signal's reason when `signal` fires. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
}
