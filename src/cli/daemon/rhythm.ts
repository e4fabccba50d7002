import { parseActiveHours } from "../../daemon/active_hours.ts";
import { type Interval, parseInterval } from "../../daemon/interval.ts";
import type { NextStart } from "../../daemon/plan.ts";
import { cronSchedule, rhythmSchedule, type Schedule } from "../../daemon/schedule.ts";
import { DUE_MINUTES } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { MARKET_ZONE } from "../../feed/calendar/trading_day.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import type { Job } from "./cycle_thread.ts";

/** As the user's guide has them. */
const DEFAULT_INTERVAL = parseInterval("1");
const DEFAULT_ACTIVE_HOURS = parseActiveHours("08:30-18:00");
/**
 * A publication writes the whole day anew: once an hour, ten times its size has been written when trading on Xetra is over.
 * Source: `deno task bench --live`.
 */
export const DEFAULT_PUBLISH_EVERY = parseInterval("1h");

/** Cycles take longer or shorter: a publication may come after this part of the time. */
export const ON_TIME = 0.9;

const MILLIS_PER_MINUTE = 60_000;
/** Names appear at full minutes, within a second. */
const AFTER_NAMES_MILLIS = 2_000;

/** When cycles start, by the options. */
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
 * Whether cycles follow one another so closely that it matters when they start: in whole minutes, and faster than a name
 * takes to appear after its minute.
 */
function followsLive({ millis }: Interval): boolean {
  return millis % MILLIS_PER_MINUTE === 0 && millis < DUE_MINUTES * MILLIS_PER_MINUTE;
}

/**
 * What a cycle has to do that was started for this at `now`: files may wait only if it is one of many, twice or more between
 * two publications, and not what is done at the edges of the hours, once a day, after a failure or because somebody asked.
 */
export function jobFor(
  kind: NextStart["kind"],
  { timetable, intervalMillis }: Schedule,
  { publishEvery = DEFAULT_PUBLISH_EVERY }: Pick<DaemonOptions, "publishEvery">,
  now: Temporal.Instant,
): Job {
  const next = intervalMillis ?? millisUntil(timetable.next(now)?.at, now);
  const isOneOfMany = (kind === "rhythm" || kind === "cron") && 2 * next <= publishEvery.millis;
  return isOneOfMany ? "cycle" : "last cycle for now";
}

function millisUntil(at: Temporal.Instant | undefined, now: Temporal.Instant): number {
  return at === undefined ? Infinity : at.epochMilliseconds - now.epochMilliseconds;
}
