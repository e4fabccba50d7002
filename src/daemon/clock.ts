/** The time that waits and retries take as an argument; the real one is made in `cli/`. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; jumps when somebody sets the clock. */
  now(): number;
  /** Resolves after `millis`; rejects at once with the signal's reason when `signal` fires. */
  sleep(millis: number, signal: AbortSignal): Promise<void>;
}

/** A clock that can also measure how long something took, whatever happens to the clock on the wall. */
export interface DaemonClock extends Clock {
  /** Milliseconds since some moment of the past; only ever grows. May stand still while the machine sleeps. */
  monotonic(): number;
}

/** One moment as both clocks tell it: windows go by the wall, intervals by the monotonic one. */
export interface Moment {
  readonly wall: Temporal.Instant;
  /** Whole milliseconds, so that sums of them are exact. */
  readonly monotonic: number;
}

/** This moment. */
export function momentOf(clock: DaemonClock): Moment {
  return {
    wall: Temporal.Instant.fromEpochMilliseconds(Math.floor(clock.now())),
    monotonic: Math.floor(clock.monotonic()),
  };
}
