import { parseActiveHours } from "../../daemon/active_hours.ts";
import { type Interval, parseInterval } from "../../daemon/interval.ts";
import type { NextStart } from "../../daemon/next_start.ts";
import { cronSchedule, rhythmSchedule, type Schedule } from "../../daemon/schedule.ts";
import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { DUE_MINUTES } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import type { CycleJob } from "./cycle_thread.ts";

/** The defaults in the user's guide. */
const DEFAULT_INTERVAL = parseInterval("1");
const DEFAULT_ACTIVE_HOURS = parseActiveHours("08:30-18:00");
/**
 * A publication rewrites the whole day: with one per hour, ten times the size of the day has been written when trading
 * on Xetra ends. Source: `deno task bench --live`.
 */
export const DEFAULT_PUBLISH_EVERY = parseInterval("1h");

/** Cycles vary in length, so a publication may come already after this part of the interval. */
export const ON_TIME = 0.9;

/** Names appear at full minutes, within a second; cycles that follow them start this long after. */
const AFTER_NAMES_MILLIS = 2_000;

/** The schedule according to the options. */
export function scheduleOf(
  { interval = DEFAULT_INTERVAL, activeHours, schedule, marketTimezone, skipNonTradingDays }: DaemonOptions,
): Schedule {
  const zone = marketTimezone ?? MARKET_ZONE;
  const days = skipNonTradingDays ? isTradingDay : undefined;
  if (schedule !== undefined) return cronSchedule(schedule, zone, days);
  const alignedTo = followsLive(interval) ? AFTER_NAMES_MILLIS : null;
  return rhythmSchedule(interval, activeHours ?? DEFAULT_ACTIVE_HOURS, zone, days, alignedTo);
}

/**
 * Whether cycles follow each other so closely that their exact start matters: at intervals of whole minutes that are
 * shorter than the time a name takes to appear after its minute.
 */
function followsLive({ millis }: Interval): boolean {
  return millis % MILLIS_PER_MINUTE === 0 && millis < DUE_MINUTES * MILLIS_PER_MINUTE;
}

/**
 * The job of a cycle that was started for this reason at `now`. Files may wait only if it is one of many cycles, at
 * least two between publications, and not at the edges of the active hours, a daily cycle, a retry after a failure, or
 * requested by the user.
 */
export function jobFor(
  kind: NextStart["kind"],
  { timetable, intervalMillis }: Schedule,
  { publishEvery = DEFAULT_PUBLISH_EVERY }: Pick<DaemonOptions, "publishEvery">,
  now: Temporal.Instant,
): CycleJob {
  const next = intervalMillis ?? millisUntil(timetable.next(now)?.at, now);
  const isOneOfMany = (kind === "rhythm" || kind === "cron") && 2 * next <= publishEvery.millis;
  return isOneOfMany ? "cycle" : "last cycle for now";
}

function millisUntil(at: Temporal.Instant | undefined, now: Temporal.Instant): number {
  return at === undefined ? Infinity : at.epochMilliseconds - now.epochMilliseconds;
}
