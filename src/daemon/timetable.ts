import { type ActiveHours, type DayFilter, isActive, nextClosing, nextOpening } from "./active_hours.ts";

/** A start required by the wall clock. */
export interface Appointment {
  readonly at: Temporal.Instant;
  /** The hours open; they close; a sweep after they closed, for late files; or a time of the cron expression. */
  readonly kind: "opening" | "closing" | "late" | "cron";
}

/** All starts required by the wall clock, and the times at which a rhythm fills the gaps between them. */
export interface Timetable {
  /** Whether a rhythm applies. */
  isActive(at: Temporal.Instant): boolean;
  /** The first appointment after `after`; null when there are no more. */
  next(after: Temporal.Instant): Appointment | null;
}

/** The exchange lists a file 14 minutes after its minute begins; after this time the last ones are certainly there. */
export const LATE_SWEEP: Temporal.Duration = Temporal.Duration.from({ minutes: 15 + 5 });

/**
 * Active hours: a start when they open, one when they close, and one 20 minutes later unless they have opened again by
 * then. On days that `opensOn` rejects they stay closed.
 */
export function hoursTimetable(hours: ActiveHours, zone: string, opensOn: DayFilter): Timetable {
  const active = (at: Temporal.Instant) => isActive(hours, at, zone, opensOn);
  const lateAfter = (after: Temporal.Instant) => {
    const late = nextClosing(hours, after.subtract(LATE_SWEEP), zone, opensOn)?.add(LATE_SWEEP) ?? null;
    return late === null || active(late) ? null : late;
  };
  return {
    isActive: active,
    next: (after) =>
      earliest([
        appointment("opening", nextOpening(hours, after, zone, opensOn)),
        appointment("closing", nextClosing(hours, after, zone, opensOn)),
        appointment("late", lateAfter(after)),
      ]),
  };
}

export function appointment(kind: Appointment["kind"], at: Temporal.Instant | null): Appointment | null {
  return at && { kind, at };
}

/** The earliest of these; if several have the same time, the first in the list. Null when there is none. */
export function earliest<T extends { readonly at: Temporal.Instant }>(
  starts: readonly (T | null)[],
): T | null {
  return starts.filter((start) => start !== null)
    .reduce<T | null>((first, start) => first === null || isAfter(first.at, start.at) ? start : first, null);
}

export function isAfter(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) > 0;
}
