import { type ActiveHours, type DayFilter, everyDay } from "./active_hours.ts";
import { cronTimetable } from "./cron.ts";
import type { Interval } from "./interval.ts";
import { hoursTimetable, type Timetable } from "./timetable.ts";

/** When cycles start. */
export interface Schedule {
  readonly timetable: Timetable;
  /** The interval while the timetable is active, in milliseconds; null when the timetable has every start. */
  readonly intervalMillis: number | null;
  /**
   * If set, the rhythm starts this many milliseconds after full intervals since 1970, by the wall clock; if null, it
   * counts from the first start.
   */
  readonly alignedTo: number | null;
  /** IANA zone of the market; its calendar and clock are used. */
  readonly zone: string;
  /** For messages: `every 1 hour(s)`. */
  readonly text: string;
}

/**
 * Cycles at an interval within active hours, only on the days that `opensOn` accepts (default: all). With `alignedTo`
 * they start that many milliseconds after full intervals by the wall clock; by default the rhythm counts from the first
 * start.
 */
export function rhythmSchedule(
  interval: Interval,
  hours: ActiveHours,
  zone: string,
  opensOn: DayFilter = everyDay,
  alignedTo: number | null = null,
): Schedule {
  return {
    timetable: hoursTimetable(hours, zone, opensOn),
    intervalMillis: interval.millis,
    alignedTo,
    zone,
    text: `every ${interval.text}`,
  };
}

/**
 * Cycles at the times of a cron expression (five fields, by the clock of `zone`), only on the days that `on` accepts
 * (default: all). Throws a RangeError when the expression is invalid or never matches.
 */
export function cronSchedule(expression: string, zone: string, on: DayFilter = everyDay): Schedule {
  return {
    timetable: cronTimetable(expression, zone, on),
    intervalMillis: null,
    alignedTo: null,
    zone,
    text: `at "${expression}" (${zone})`,
  };
}
