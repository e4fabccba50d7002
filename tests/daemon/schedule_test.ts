/** A daemon's year, every start of it, against a calendar that is computed in another way: day by day. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type ActiveHours, ALWAYS, nextClosing, parseActiveHours } from "../../src/daemon/active_hours.ts";
import { isTradingDay } from "../../src/feed/calendar/holidays.ts";
import { parseInterval } from "../../src/daemon/interval.ts";
import { cronSchedule, rhythmSchedule } from "../../src/daemon/schedule.ts";
import { BERLIN, berlin, dates } from "./berlin.ts";
import { instantsOf, simulate, type SimulatedStart } from "./simulate.ts";

const YEAR = { from: berlin("2026-01-01 00:00"), until: berlin("2027-01-01 00:00") };
/** Nothing is due when the year begins: the last cycle was the last one of the day before. */
const LAST_CYCLE = berlin("2025-12-31 18:20");
const HOURLY = parseInterval("1");
const DEFAULT_HOURS = parseActiveHours("08:30-18:00");
const MILLIS_PER_MINUTE = 60_000;

/** `08:30`, `09:30`, … up to `last`, in steps of this many minutes. */
function every(minutes: number, first: string, last: string): string[] {
  const times: string[] = [];
  for (let time = Temporal.PlainTime.from(first);; time = time.add({ minutes })) {
    times.push(time.toString().slice(0, 5));
    if (time.equals(Temporal.PlainTime.from(last))) return times;
  }
}

/** The instants at which Frankfurt's clock shows these times, on every day of 2026. */
function year(timesOf: (date: Temporal.PlainDate) => readonly string[]): string[] {
  return [...dates("2026-01-01", "2026-12-31")].flatMap((date) =>
    timesOf(date).map((time) => berlin(`${date} ${time}`).toString())
  );
}

const DEFAULT_DAY = [...every(60, "08:30", "17:30"), "18:00", "18:20"];

Deno.test("by default a cycle starts every hour from 08:30, at 18:00 and at 18:20, every day of 2026", () => {
  const starts = simulate(rhythmSchedule(HOURLY, DEFAULT_HOURS, BERLIN), { ...YEAR, lastCycle: LAST_CYCLE });
  assert.deepEqual(instantsOf(starts), year(() => DEFAULT_DAY));
  assert.deepEqual(
    [...new Set(starts.map(({ waited }) => waited / MILLIS_PER_MINUTE))].sort((a, b) => a - b),
    [
      20, // from the closing to the last sweep
      30, // from the last start of the rhythm to the closing
      60,
      13 * 60 + 10, // the night of the March change
      14 * 60 + 10,
      15 * 60 + 10, // the night of the October change
      // the first one: from midnight to 08:30
    ].concat(8 * 60 + 30).sort((a, b) => a - b),
  );
  assert.deepEqual(nights(starts), { "2026-03-29": 13 * 60 + 10, "2026-10-25": 15 * 60 + 10 });
});

/** The waits for an opening that are not a usual night, in minutes. */
function nights(starts: readonly SimulatedStart[]): Record<string, number> {
  const unusual = starts.slice(1).filter(({ kind, waited }) =>
    kind === "opening" && waited !== (14 * 60 + 10) * MILLIS_PER_MINUTE
  );
  return Object.fromEntries(
    unusual.map(({ at, waited }) => [at.toString().slice(0, 10), waited / MILLIS_PER_MINUTE]),
  );
}

const tradingYear = simulate(rhythmSchedule(HOURLY, DEFAULT_HOURS, BERLIN, isTradingDay), {
  ...YEAR,
  lastCycle: LAST_CYCLE,
});

Deno.test("on days without trading a single cycle starts, at noon", () => {
  assert.deepEqual(instantsOf(tradingYear), year((date) => isTradingDay(date) ? DEFAULT_DAY : ["12:00"]));
});

Deno.test("around the clock a cycle starts every hour, whatever the clocks do", () => {
  const starts = simulate(rhythmSchedule(HOURLY, ALWAYS, BERLIN), { ...YEAR, lastCycle: LAST_CYCLE });
  assert.equal(starts.length, 365 * 24);
  assert.ok(starts.every(({ at }, hour) => at.equals(YEAR.from.add({ hours: hour }))));
});

Deno.test("around the clock on trading days only, the day ends at midnight and 00:20", () => {
  const schedule = rhythmSchedule(parseInterval("6"), ALWAYS, BERLIN, isTradingDay);
  const starts = simulate(schedule, {
    from: berlin("2026-09-04 00:00"), // a Friday
    until: berlin("2026-09-07 12:00"),
    lastCycle: LAST_CYCLE,
  });
  assert.deepEqual(starts.map(({ kind, at }) => `${kind} ${at}`), [
    `first ${berlin("2026-09-04 00:00")}`,
    `rhythm ${berlin("2026-09-04 06:00")}`,
    `rhythm ${berlin("2026-09-04 12:00")}`,
    `rhythm ${berlin("2026-09-04 18:00")}`,
    `closing ${berlin("2026-09-05 00:00")}`,
    `late ${berlin("2026-09-05 00:20")}`,
    `daily ${berlin("2026-09-06 12:00")}`,
    `opening ${berlin("2026-09-07 00:00")}`,
    `rhythm ${berlin("2026-09-07 06:00")}`,
  ]);
});

Deno.test("overnight hours go through both changes of the clocks in their rhythm", () => {
  const night = (from: string, until: string) =>
    instantsOf(simulate(rhythmSchedule(parseInterval("2"), parseActiveHours("22:00-06:00"), BERLIN), {
      from: berlin(from),
      until: berlin(until),
      lastCycle: berlin(from),
    }));
  assert.deepEqual(night("2026-03-28 12:00", "2026-03-29 12:00"), [
    "2026-03-28T21:00:00Z",
    "2026-03-28T23:00:00Z",
    "2026-03-29T01:00:00Z",
    "2026-03-29T03:00:00Z",
    "2026-03-29T04:00:00Z", // 06:00, an hour early
    "2026-03-29T04:20:00Z",
  ]);
  assert.deepEqual(night("2026-10-24 12:00", "2026-10-25 12:00"), [
    "2026-10-24T20:00:00Z",
    "2026-10-24T22:00:00Z",
    "2026-10-25T00:00:00Z",
    "2026-10-25T02:00:00Z",
    "2026-10-25T04:00:00Z",
    "2026-10-25T05:00:00Z", // 06:00, an hour late
    "2026-10-25T05:20:00Z",
  ]);
});

Deno.test("hours that a day does not have leave it the cycle at noon", () => {
  const schedule = rhythmSchedule(parseInterval("15m"), parseActiveHours("02:00-02:30"), BERLIN);
  const starts = simulate(schedule, {
    from: berlin("2026-03-28 12:00"),
    until: berlin("2026-03-30 12:00"),
    lastCycle: berlin("2026-03-28 02:50"),
  });
  assert.deepEqual(
    instantsOf(starts),
    ["2026-03-29 12:00", "2026-03-30 02:00", "2026-03-30 02:15", "2026-03-30 02:30", "2026-03-30 02:50"]
      .map((time) => berlin(time).toString()),
  );
});

Deno.test("a cron expression is read by the clock of Frankfurt all year, with sweeps and a cycle each day", () => {
  const weekday = [...every(15, "08:00", "18:45"), "19:05", "19:25"];
  const starts = simulate(cronSchedule("*/15 8-18 * * 1-5", BERLIN), {
    ...YEAR,
    from: berlin("2025-12-31 23:59:59"),
    lastCycle: LAST_CYCLE,
  });
  assert.deepEqual(
    instantsOf(starts.slice(1)),
    year(({ dayOfWeek }) => dayOfWeek <= 5 ? weekday : ["12:00"]),
  );
});

Deno.test("an hourly cron expression starts at every hour that there is, repeated ones twice", () => {
  const starts = simulate(cronSchedule("0 * * * *", BERLIN), {
    ...YEAR,
    from: berlin("2025-12-31 23:59:59"),
    lastCycle: LAST_CYCLE,
  });
  const hours = starts.filter(({ kind }) => kind === "cron");
  assert.deepEqual(
    instantsOf(hours),
    Array.from({ length: 365 * 24 }, (_, hours) => YEAR.from.add({ hours }).toString()),
  );
  assert.deepEqual(instantsOf(starts.filter(({ kind }) => kind === "late")), year(() => ["23:20", "23:40"]));
});

/** Milliseconds since 1970: of an instant they are asked for millions of times below. */
function millisOf(starts: readonly SimulatedStart[]): number[] {
  return starts.map(({ at }) => at.epochMilliseconds);
}

/** The first of these starts at or after an instant, all in milliseconds. */
function startAfter(starts: readonly number[], at: number, hint: number): number {
  let i = hint;
  while (starts[i] < at) i++;
  return i;
}

Deno.test("no minute of trading hours waits longer than the interval, and every day is complete by 18:20", () => {
  const starts = millisOf(tradingYear);
  let next = 0, longest = 0;
  for (const date of dates("2026-01-01", "2026-12-31")) {
    if (!isTradingDay(date)) continue;
    const [opens, complete] = ["09:00", "18:20"].map((time) => berlin(`${date} ${time}`).epochMilliseconds);
    for (let minute = 0; minute < 8 * 60 + 40; minute++) {
      const listed = opens + (minute + 1 + 15) * MILLIS_PER_MINUTE;
      next = startAfter(starts, listed, next);
      longest = Math.max(longest, starts[next] - listed);
      if (starts[next] > complete) assert.fail(`${date} 09:00 + ${minute} min`);
    }
  }
  assert.ok(longest <= HOURLY.millis, `${longest / MILLIS_PER_MINUTE} min`);
});

Deno.test("no minute of the year is ever gone before a cycle has seen it, whatever the schedule", () => {
  for (
    const schedule of [
      rhythmSchedule(HOURLY, DEFAULT_HOURS, BERLIN, isTradingDay),
      rhythmSchedule(parseInterval("100"), ALWAYS, BERLIN),
      rhythmSchedule(HOURLY, parseActiveHours("22:00-06:00"), BERLIN),
      cronSchedule("0 18 * * 5", BERLIN),
      cronSchedule("0 8 1 1 *", BERLIN, isTradingDay),
    ]
  ) {
    const starts = millisOf(simulate(schedule, {
      ...YEAR,
      until: berlin("2027-01-10 00:00"),
      lastCycle: LAST_CYCLE,
    }));
    let next = 0;
    for (const date of dates("2026-01-01", "2026-12-31")) {
      const { epochMilliseconds } = berlin(`${date} 00:00`);
      const gone = expiry(date).epochMilliseconds;
      for (let minute = 0; minute < 23 * 60; minute++) {
        next = startAfter(starts, epochMilliseconds + (minute + 16) * MILLIS_PER_MINUTE, next);
        if (starts[next] >= gone) assert.fail(`${schedule.text}: ${date} + ${minute} min`);
      }
    }
  }
});

/** Files disappear at about midnight of the following business day (`DaysToKeepOnWebpage`). */
function expiry(date: Temporal.PlainDate): Temporal.Instant {
  let day = date.add({ days: 1 });
  while (day.dayOfWeek > 5) day = day.add({ days: 1 });
  return berlin(`${day.add({ days: 1 })} 00:00`);
}

Deno.test("every calendar day has a start, and every closing is followed by a start 20 minutes later or more", () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const range = { from: berlin("2026-03-26 10:17"), until: berlin("2026-04-08 00:00") };
  fc.assert(
    fc.property(
      minute,
      minute,
      fc.integer({ min: 60, max: 200_000 }),
      fc.array(fc.integer({ max: 8 * 3600, min: 0 }), { minLength: 1 }),
      fc.boolean(),
      (opens, closes, seconds, durations, skip) => {
        fc.pre(opens !== closes && closes > 0);
        const hours: ActiveHours = { opens, closes };
        const opensAgain = (opens - closes + 1440) % 1440 <= 20; // within 20 minutes: then the rhythm goes on
        const days = skip ? isTradingDay : () => true;
        const interval = { millis: seconds * 1000, text: "" };
        const starts = simulate(rhythmSchedule(interval, hours, BERLIN, days), {
          ...range,
          lastCycle: null,
          cycleMillis: (n) => durations[n % durations.length] * 1000,
        });
        const started = new Set(
          starts.map(({ at }) => at.toZonedDateTimeISO(BERLIN).toPlainDate().toString()),
        );
        for (const date of dates("2026-03-26", "2026-04-06")) {
          assert.ok(started.has(date.toString()), `${date}`);
        }
        for (
          let closing = nextClosing(hours, range.from, BERLIN, days)!;
          Temporal.Instant.compare(closing, berlin("2026-04-06 00:00")) < 0;
          closing = nextClosing(hours, closing, BERLIN, days)!
        ) {
          const late = closing.add({ minutes: 20 }), patience = late.add({ seconds: 8 * 3600 + 1 });
          assert.ok(
            starts.some(({ at }) =>
              Temporal.Instant.compare(at, late) >= 0 && Temporal.Instant.compare(at, patience) <= 0
            ) || opensAgain,
            `${closing}`,
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});
