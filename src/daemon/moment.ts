import type { Clock } from "../system/clock.ts";

/** One moment by both clocks: active hours use the wall clock, intervals the monotonic one. */
export interface Moment {
  readonly wall: Temporal.Instant;
  /** In whole milliseconds, so that sums are exact. */
  readonly monotonic: number;
}

/** The current moment. */
export function momentOf(clock: Clock): Moment {
  return {
    wall: Temporal.Instant.fromEpochMilliseconds(Math.floor(clock.now())),
    monotonic: Math.floor(clock.monotonic()),
  };
}
