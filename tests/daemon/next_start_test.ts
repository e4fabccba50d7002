import assert from "node:assert/strict";
import process from "node:process";
import { ALWAYS, parseActiveHours } from "../../src/daemon/active_hours.ts";
import type { Moment } from "../../src/daemon/moment.ts";
import { parseInterval } from "../../src/daemon/interval.ts";
import {
  begin,
  ended,
  isSameStart,
  missedStarts,
  type NextStart,
  nextStart,
  observed,
  started,
  type StartState,
} from "../../src/daemon/next_start.ts";
import { cronSchedule, rhythmSchedule, type Schedule } from "../../src/daemon/schedule.ts";
import { BERLIN, berlin } from "./berlin.ts";
import { later } from "./simulate.ts";

const MINUTE = 60_000;
/** Years of minutes take minutes of it. */
const MOST_CPU_MICROS = 10_000_000;
const BY_DAY = rhythmSchedule(parseInterval("1"), parseActiveHours("08:30-18:00"), BERLIN);

function moment(time: string, monotonic = 1_000_000): Moment {
  return { wall: berlin(time), monotonic };
}

/** `rhythm in 45 min`. */
function told({ kind, waitMillis }: NextStart): string {
  return `${kind} in ${waitMillis / MINUTE} min`;
}

/** The state after a cycle that began with this start and took this long. */
function after(
  state: StartState,
  start: NextStart,
  from: Moment,
  minutes: number,
  unavailable = false,
): StartState {
  return ended(started(state, start, from), from, later(from, minutes * MINUTE), unavailable);
}

/** The state of a daemon whose first cycle started at this time and took no time. */
function runningSince(schedule: Schedule, now: Moment): StartState {
  const fresh = begin(now, null);
  return after(fresh, nextStart(schedule, fresh, now), now, 0);
}

Deno.test("the first cycle starts at once within active hours, and also outside when there was no cycle before", () => {
  const day = moment("2026-09-04 10:10"), night = moment("2026-09-04 20:00");
  assert.equal(told(nextStart(BY_DAY, begin(day, berlin("2026-09-04 10:00")), day)), "first in 0 min");
  assert.equal(told(nextStart(BY_DAY, begin(night, null), night)), "first in 0 min");
  const cron = cronSchedule("0 12 * * 1-5", BERLIN);
  assert.equal(told(nextStart(cron, begin(night, berlin("2026-09-04 18:20")), night)), "first in 0 min");
});

Deno.test("a daemon that starts outside active hours, with everything stored, waits until they open", () => {
  const night = moment("2026-09-04 20:00");
  const next = nextStart(BY_DAY, begin(night, berlin("2026-09-04 18:20")), night);
  assert.deepEqual(next, { kind: "opening", at: berlin("2026-09-05 08:30"), waitMillis: 12.5 * 60 * MINUTE });
});

Deno.test("a daemon that was down when the hours closed runs the closing cycle at once", () => {
  const evening = moment("2026-09-04 18:05");
  const fresh = begin(evening, berlin("2026-09-04 17:30"));
  const closing = nextStart(BY_DAY, fresh, evening);
  assert.equal(told(closing), "closing in 0 min");
  const night = later(evening, MINUTE);
  assert.equal(told(nextStart(BY_DAY, after(fresh, closing, evening, 1), night)), "late in 14 min");
});

Deno.test("a daemon that starts after hours runs a cycle on a day without one, and waits if one is still to come", () => {
  const trading = rhythmSchedule(
    parseInterval("1"),
    parseActiveHours("08:30-18:00"),
    BERLIN,
    (day) => day.dayOfWeek <= 5,
  );
  const saturday = moment("2026-09-05 20:00"), morning = moment("2026-09-05 09:00");
  const friday = berlin("2026-09-04 18:20");
  assert.equal(told(nextStart(trading, begin(saturday, friday), saturday)), "daily in 0 min");
  assert.equal(told(nextStart(trading, begin(morning, friday), morning)), "daily in 180 min");
  const early = moment("2026-09-07 07:30");
  assert.equal(
    told(nextStart(trading, begin(early, berlin("2026-09-06 12:00")), early)),
    "opening in 60 min",
  );
});

Deno.test("cycles keep the rhythm of the first one, however long they take", () => {
  const start = moment("2026-09-04 10:10");
  const fresh = begin(start, null);
  const state = after(fresh, nextStart(BY_DAY, fresh, start), start, 25);
  assert.equal(told(nextStart(BY_DAY, state, later(start, 25 * MINUTE))), "rhythm in 35 min");
});

Deno.test("a cycle that overruns skips the missed starts, and they are counted", () => {
  const start = moment("2026-09-04 10:10"), end = later(start, 130 * MINUTE);
  const fresh = begin(start, null);
  const state = after(fresh, nextStart(BY_DAY, fresh, start), start, 130);
  assert.equal(missedStarts(BY_DAY, state, start, end), 2);
  assert.equal(told(nextStart(BY_DAY, state, end)), "rhythm in 50 min");
});

Deno.test("starts after the closing do not count as missed, and missed sweeps are run", () => {
  const start = moment("2026-09-04 17:10"), end = later(start, 130 * MINUTE);
  const fresh = begin(start, null);
  const state = after(fresh, nextStart(BY_DAY, fresh, start), start, 130);
  assert.equal(missedStarts(BY_DAY, state, start, end), 0);
  assert.equal(told(nextStart(BY_DAY, state, end)), "late in 0 min");
});

Deno.test("missed times of a cron expression are skipped, and missed sweeps are run", () => {
  const cron = cronSchedule("0 8-18 * * *", BERLIN);
  const overrun = (from: string, minutes: number) => {
    const start = moment(from), fresh = begin(start, berlin("2026-09-04 06:00"));
    const state = after(fresh, nextStart(cron, fresh, start), start, minutes);
    const end = later(start, minutes * MINUTE);
    return `${missedStarts(cron, state, start, end)} missed, ${told(nextStart(cron, state, end))}`;
  };
  assert.equal(overrun("2026-09-04 10:10", 130), "2 missed, cron in 40 min");
  assert.equal(overrun("2026-09-04 17:10", 80), "1 missed, late in 0 min");
  assert.equal(overrun("2026-09-04 17:10", 60), "1 missed, late in 10 min");
});

Deno.test("when a cycle runs past the opening, the rhythm still counts from the opening", () => {
  const start = moment("2026-09-04 08:00");
  const night = begin(start, berlin("2026-09-03 18:20"));
  const state = after(night, { kind: "nudge", at: start.wall, waitMillis: 0 }, start, 45);
  const late = later(start, 45 * MINUTE);
  const opening = nextStart(BY_DAY, state, late);
  assert.deepEqual(opening, { kind: "opening", at: berlin("2026-09-04 08:30"), waitMillis: 0 });
  const then = later(late, 5 * MINUTE);
  assert.equal(told(nextStart(BY_DAY, after(state, opening, late, 5), then)), "rhythm in 40 min");
});

Deno.test("a start of the rhythm at the time of the closing is replaced by it, also when the clocks have drifted", () => {
  for (const drift of [-3_000, 0, 3_000]) {
    const start = moment("2026-09-04 17:00"), state = runningSince(BY_DAY, start);
    const now: Moment = {
      wall: berlin("2026-09-04 17:59"),
      monotonic: start.monotonic + 59 * MINUTE + drift,
    };
    assert.equal(told(nextStart(BY_DAY, state, now)), "closing in 1 min");
  }
});

Deno.test("an unavailable exchange is tried again 5 minutes after the failed start, unless a start comes earlier", () => {
  const retried = (schedule: Schedule, from: string, minutes: number) => {
    const start = moment(from), fresh = begin(start, null);
    const state = after(fresh, nextStart(schedule, fresh, start), start, minutes, true);
    return told(nextStart(schedule, state, later(start, minutes * MINUTE)));
  };
  assert.equal(retried(BY_DAY, "2026-09-04 10:00", 1), "retry in 4 min");
  assert.equal(retried(BY_DAY, "2026-09-04 10:00", 7), "retry in 0 min");
  assert.equal(retried(BY_DAY, "2026-09-04 20:00", 1), "retry in 4 min");
  assert.equal(
    retried(rhythmSchedule(parseInterval("90s"), ALWAYS, BERLIN), "2026-09-04 10:00", 0),
    "rhythm in 1.5 min",
  );
  assert.equal(retried(cronSchedule("*/2 * * * *", BERLIN), "2026-09-04 10:00", 0), "cron in 2 min");
});

Deno.test("intervals are measured by the monotonic clock: setting the wall clock back, or ahead by less, does not change them", () => {
  const start = moment("2026-09-04 10:00"), state = runningSince(BY_DAY, start);
  for (const wall of ["2025-09-04 10:10", "2026-09-04 09:00", "2026-09-04 10:50"]) {
    const now: Moment = { wall: berlin(wall), monotonic: start.monotonic + 10 * MINUTE };
    assert.equal(told(nextStart(BY_DAY, observed(state, now), now)), "rhythm in 50 min");
  }
});

Deno.test("a machine that slept through starts of the rhythm runs one cycle for them, and keeps the rhythm", () => {
  const start = moment("2026-09-04 09:00"), state = runningSince(BY_DAY, start);
  const woken: Moment = { wall: berlin("2026-09-04 16:20"), monotonic: start.monotonic + 10 * MINUTE };
  const due = nextStart(BY_DAY, observed(state, woken), woken);
  assert.equal(told(due), "rhythm in 0 min");
  const next = after(state, due, woken, 3);
  assert.equal(missedStarts(BY_DAY, next, woken, later(woken, 3 * MINUTE)), 0);
  assert.equal(told(nextStart(BY_DAY, next, later(woken, 3 * MINUTE))), "rhythm in 47 min");
});

Deno.test("a machine that slept in the middle of a cycle starts the next one right after it", () => {
  const from = moment("2026-09-04 09:00"), fresh = begin(from, null);
  const to: Moment = { wall: berlin("2026-09-04 16:20"), monotonic: from.monotonic + 2 * MINUTE };
  const state = ended(started(fresh, nextStart(BY_DAY, fresh, from), from), from, to, false);
  const due = nextStart(BY_DAY, observed(state, to), to);
  assert.equal(told(due), "rhythm in 0 min");
  assert.equal(told(nextStart(BY_DAY, after(state, due, to, 3), later(to, 3 * MINUTE))), "rhythm in 55 min");
});

Deno.test("a clock that runs fast causes no second start", () => {
  const start = moment("2026-09-04 10:00"), state = runningSince(BY_DAY, start);
  const seconds = (wall: number, monotonic: number): Moment => ({
    wall: start.wall.add({ seconds: wall }),
    monotonic: start.monotonic + monotonic * 1000,
  });
  assert.equal(told(nextStart(BY_DAY, state, seconds(3_610, 3_570))), "rhythm in 0.5 min");
});

Deno.test("setting the clock past an opening starts the cycle of the opening", () => {
  const start = moment("2026-09-04 17:00"), state = runningSince(BY_DAY, start);
  const now: Moment = { wall: berlin("2026-09-05 11:00"), monotonic: start.monotonic + MINUTE };
  assert.equal(told(nextStart(BY_DAY, observed(state, now), now)), "opening in 0 min");
});

Deno.test("a machine that slept through an opening or a closing starts its cycle when it wakes", () => {
  const start = moment("2026-09-04 17:00"), state = runningSince(BY_DAY, start);
  const wakes = (wall: string) =>
    nextStart(BY_DAY, state, { wall: berlin(wall), monotonic: start.monotonic + MINUTE });
  assert.equal(told(wakes("2026-09-04 18:10")), "closing in 0 min");
  assert.equal(told(wakes("2026-09-04 23:00")), "late in 0 min");
  assert.equal(told(wakes("2026-09-07 10:00")), "opening in 0 min");
});

Deno.test("a clock that was years ahead when a cycle started does not keep the daemon waiting for years", () => {
  const ahead = moment("2030-09-04 10:00");
  const right: Moment = { wall: berlin("2026-09-04 17:30"), monotonic: ahead.monotonic + 10 * MINUTE };
  const state = observed(runningSince(BY_DAY, ahead), right);
  assert.equal(told(nextStart(BY_DAY, state, right)), "closing in 30 min");
  assert.equal(told(nextStart(BY_DAY, state, later(right, 30 * MINUTE))), "closing in 0 min");
  const cron = cronSchedule("0 18 * * *", BERLIN);
  const planned = observed(runningSince(cron, ahead), right);
  assert.equal(told(nextStart(cron, planned, later(right, 30 * MINUTE))), "cron in 0 min");
});

Deno.test("when the clock is set by years during a cycle, the starts of these years are not counted", () => {
  const cron = cronSchedule("* * * * *", BERLIN);
  const from = moment("2026-09-04 10:00");
  const to: Moment = { wall: berlin("2036-09-04 10:00"), monotonic: from.monotonic + MINUTE };
  const before = process.cpuUsage();
  assert.ok(missedStarts(cron, runningSince(cron, from), from, to) <= 72 * 60);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < MOST_CPU_MICROS, `${user + system} µs`);
});

Deno.test("when the clock is set back outside active hours, they are gone through again", () => {
  const start = moment("2026-09-04 20:00"), state = runningSince(BY_DAY, start);
  const now: Moment = { wall: berlin("2026-09-04 07:30"), monotonic: start.monotonic + MINUTE };
  assert.equal(told(nextStart(BY_DAY, observed(state, now), now)), "opening in 60 min");
});

Deno.test("isSameStart() distinguishes a clock that was set from one that drifts", () => {
  const start: NextStart = { kind: "rhythm", at: berlin("2026-09-04 10:00"), waitMillis: 1 };
  assert.ok(isSameStart(start, { ...start, at: berlin("2026-09-04 10:00:01"), waitMillis: 0 }));
  assert.ok(!isSameStart(start, { ...start, at: berlin("2026-09-04 10:01") }));
  assert.ok(!isSameStart(start, { ...start, kind: "closing" }));
});
