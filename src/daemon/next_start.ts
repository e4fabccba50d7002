import type { Moment } from "./moment.ts";
import type { Schedule } from "./schedule.ts";
import { type Appointment, earliest, isAfter, type Timetable } from "./timetable.ts";

/** A planned start. */
export interface NextStart {
  /** By the wall clock; in the past when the start is late. */
  readonly at: Temporal.Instant;
  /** Milliseconds from the time of planning; 0 when it is due. */
  readonly waitMillis: number;
  /**
   * Why it starts: an appointment of the timetable, the daemon's first cycle, the rhythm, the one start of a day that
   * would otherwise have none, a failure before, or a signal.
   */
  readonly kind: Appointment["kind"] | "first" | "rhythm" | "daily" | "retry" | "nudge";
}

/** What determines the next start, besides the schedule and the time. */
export interface StartState {
  /** No cycle has started in this process. */
  readonly first: boolean;
  /** When the last cycle started; null when none ever did. */
  readonly lastStart: Temporal.Instant | null;
  /** When the last cycle ended, or the daemon began: earlier starts of a rhythm or cron expression are skipped. */
  readonly idleSince: Moment;
  /**
   * When the last cycle of this process, or the process itself, started. From the difference between the clocks since
   * then, it is known how long the machine slept.
   */
  readonly awakeSince: Moment;
  /** The monotonic time from which the rhythm counts. */
  readonly anchor: number;
  /** The monotonic time at which a failed cycle is tried again. */
  readonly retryAt: number | null;
}

/** An urgent cycle is tried again this long after it started, if nothing else comes before. */
export const RETRY_MILLIS = 5 * 60_000;
/** A day without a start gets one at noon, when the daily files are there and the clocks never change. */
const DAILY_TIME = "12:00";
/** A start of the rhythm this shortly before one of the timetable is left out, since the two clocks drift apart. */
const DRIFT_MILLIS = 10_000;
/** If a start moves by this much, a clock was set or the machine slept. */
const MOVED_MILLIS = 60_000;
/** Older appointments than this are forgotten; by then the daily start is due. */
const REMEMBERED: Temporal.Duration = Temporal.Duration.from({ hours: 72 });

/** The state of a daemon that begins. `lastCycle` is when the last cycle of an earlier process started, if any. */
export function begin(now: Moment, lastCycle: Temporal.Instant | null): StartState {
  return {
    first: true,
    lastStart: lastCycle,
    idleSince: now,
    awakeSince: now,
    anchor: now.monotonic,
    retryAt: null,
  };
}

/**
 * The state after reading the time. Call this at each reading: once the clock is set back, earlier times are
 * meaningless.
 */
export function observed(state: StartState, { wall }: Moment): StartState {
  const { lastStart, idleSince } = state;
  if (!isAfter(idleSince.wall, wall) && !(lastStart && isAfter(lastStart, wall))) return state;
  return {
    ...state,
    lastStart: lastStart && earlier(lastStart, wall),
    idleSince: { ...idleSince, wall: earlier(idleSince.wall, wall) },
  };
}

/** The next start as it looks now. Whatever the schedule, at least one start falls on each calendar day of its zone. */
export function nextStart(schedule: Schedule, state: StartState, now: Moment): NextStart {
  const { timetable, zone } = schedule;
  if (state.first && (state.lastStart === null || timetable.isActive(now.wall))) {
    return due("first", now.wall);
  }
  const { unmet, next } = appointments(timetable, state, now.wall);
  if (unmet !== null) return due(unmet.kind, unmet.at);
  const appointment = next && starting(next.kind, now, millisUntil(next.at, now));
  const start = earliest([
    appointment,
    rhythmStart(schedule, state, now, appointment),
    state.retryAt === null ? null : starting("retry", now, state.retryAt - now.monotonic),
  ]);
  return inTimeForTheDay(start, zone, state, now);
}

/** Whether two plans mean the same start; its time may have changed a little, as the clocks drift. */
export function isSameStart(one: NextStart, other: NextStart): boolean {
  const apart = Math.abs(one.at.epochMilliseconds - other.at.epochMilliseconds);
  return one.kind === other.kind && apart < MOVED_MILLIS;
}

/** The state after a start. */
export function started(state: StartState, start: NextStart, now: Moment): StartState {
  return { ...state, first: false, lastStart: now.wall, anchor: anchorOf(state, start, now), retryAt: null };
}

/** The state after the end of a cycle; if `urgent`, it is tried again soon. */
export function ended(state: StartState, startedAt: Moment, now: Moment, urgent: boolean): StartState {
  return {
    ...state,
    idleSince: now,
    awakeSince: startedAt,
    retryAt: urgent ? startedAt.monotonic + RETRY_MILLIS : null,
  };
}

/** How many starts of the rhythm or the cron expression came while a cycle was running and are skipped. */
export function missedStarts(schedule: Schedule, state: StartState, from: Moment, to: Moment): number {
  const { timetable, intervalMillis } = schedule;
  let until = to.monotonic, skipped = 0;
  for (
    let next = timetable.next(remembered(from.wall, to.wall));
    next && !isAfter(next.at, to.wall);
    next = timetable.next(next.at)
  ) {
    if (next.kind === "cron") skipped++;
    if (next.kind === "closing") until = Math.min(until, from.monotonic + millisUntil(next.at, from));
  }
  if (intervalMillis === null || !timetable.isActive(from.wall)) return skipped;
  const anchor = slotBefore(schedule, from) ?? state.anchor;
  const slot = (at: number) => Math.floor((at - anchor) / intervalMillis);
  return slot(until) - slot(from.monotonic);
}

/** The rhythm counts from the daemon's first start, and again from each opening of the hours. */
function anchorOf({ anchor }: StartState, { kind, at }: NextStart, now: Moment): number {
  if (kind === "first") return now.monotonic;
  return kind === "opening" ? now.monotonic + millisUntil(at, now) : anchor;
}

/**
 * The latest appointment that no cycle has served yet (times of a cron expression that may be skipped do not count),
 * and the first one to come.
 */
function appointments(
  timetable: Timetable,
  { lastStart, idleSince }: StartState,
  now: Temporal.Instant,
): { unmet: Appointment | null; next: Appointment | null } {
  let unmet: Appointment | null = null;
  let next = timetable.next(remembered(lastStart, now));
  for (; next && !isAfter(next.at, now); next = timetable.next(next.at)) {
    if (next.kind !== "cron" || isAfter(next.at, idleSince.wall)) unmet = next;
  }
  return { unmet, next };
}

/** The beginning of the period in which appointments are searched, kept short even if the clock was set by years. */
function remembered(since: Temporal.Instant | null, now: Temporal.Instant): Temporal.Instant {
  const oldest = now.subtract(REMEMBERED);
  return since !== null && isAfter(since, oldest) ? since : oldest;
}

/** The monotonic time of the last slot of an aligned rhythm, found by the wall clock; null for other rhythms. */
function slotBefore({ intervalMillis, alignedTo }: Schedule, { wall, monotonic }: Moment): number | null {
  if (intervalMillis === null || alignedTo === null) return null;
  return monotonic - (wall.epochMilliseconds - alignedTo) % intervalMillis;
}

function rhythmStart(
  schedule: Schedule,
  state: StartState,
  now: Moment,
  appointment: NextStart | null,
): NextStart | null {
  const { timetable, intervalMillis } = schedule;
  const { idleSince, awakeSince } = state;
  if (intervalMillis === null || !timetable.isActive(now.wall)) return null;
  const anchor = slotBefore(schedule, now) ?? state.anchor;
  const slot = Math.floor((idleSince.monotonic - anchor) / intervalMillis) + 1;
  const millis = anchor + slot * intervalMillis - now.monotonic;
  // The monotonic clock stood still while the machine slept, but the exchange went on deleting files.
  if (millis + MOVED_MILLIS <= asleepMillis(awakeSince, now)) return due("rhythm", now.wall);
  const start = starting("rhythm", now, millis);
  const gap = (appointment?.waitMillis ?? Infinity) - start.waitMillis;
  return gap >= 0 && gap < Math.min(DRIFT_MILLIS, intervalMillis / 2) ? null : start;
}

/** How long the machine slept since then, or how far its clock was set ahead; negative when it was set back. */
function asleepMillis(since: Moment, now: Moment): number {
  return -millisUntil(since.wall, now) - (now.monotonic - since.monotonic);
}

/** The next start, or an earlier one if otherwise a calendar day would pass without any. */
function inTimeForTheDay(
  next: NextStart | null,
  zone: string,
  { lastStart }: StartState,
  now: Moment,
): NextStart {
  const dateOf = (at: Temporal.Instant) => at.toZonedDateTimeISO(zone).toPlainDate();
  const today = dateOf(now.wall);
  const day = lastStart && dateOf(lastStart).equals(today) ? today.add({ days: 1 }) : today;
  if (next && Temporal.PlainDate.compare(dateOf(next.at), day) <= 0) return next;
  const noon = day.toZonedDateTime({ timeZone: zone, plainTime: DAILY_TIME }).toInstant();
  return starting("daily", now, millisUntil(noon, now));
}

function starting(kind: NextStart["kind"], now: Moment, millis: number): NextStart {
  const waitMillis = Math.max(0, millis);
  return { kind, waitMillis, at: now.wall.add({ milliseconds: Math.round(waitMillis) }) };
}

function due(kind: NextStart["kind"], at: Temporal.Instant): NextStart {
  return { kind, at, waitMillis: 0 };
}

function millisUntil(at: Temporal.Instant, now: Moment): number {
  return at.epochMilliseconds - now.wall.epochMilliseconds;
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return isAfter(one, other) ? other : one;
}
