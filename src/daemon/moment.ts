import type { Clock } from "../system/clock.ts";

/** One moment on both clocks: active hours go by the wall clock, intervals by the monotonic one. */
export interface Moment {
  readonly wall: Temporal.Instant;
  /** Whole milliseconds, so that sums of them are exact. */
  readonly monotonic: number;
}

/** This moment. */
export function momentOf(clock: Clock): Moment {
  return {
    wall: Temporal.Instant.fromEpochMilliseconds(Math.floor(clock.now())),
    monotonic: Math.floor(clock.monotonic()),
  };
}
