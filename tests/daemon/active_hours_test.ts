import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type ActiveHours,
  ALWAYS,
  isActive,
  nextClosing,
  nextOpening,
  parseActiveHours,
} from "../../src/daemon/active_hours.ts";
import { BERLIN, berlin } from "./berlin.ts";

/** The next openings (`+`) and closings (`-`) after an instant, in UTC. */
function turns(hours: string, after: string, until: string, zone = BERLIN): string[] {
  const parsed = parseActiveHours(hours);
  const found: string[] = [];
  for (let at = berlin(after);;) {
    const opening = nextOpening(parsed, at, zone), closing = nextClosing(parsed, at, zone);
    assert.ok(opening && closing);
    const opens = Temporal.Instant.compare(opening, closing) < 0;
    at = opens ? opening : closing;
    if (Temporal.Instant.compare(at, berlin(until)) > 0) return found;
    found.push(`${opens ? "+" : "-"}${at}`);
  }
}

Deno.test("parseActiveHours() reads hours by day, over midnight, and with blanks", () => {
  assert.deepEqual(parseActiveHours("08:30-18:00"), { opens: 510, closes: 1080 });
  assert.deepEqual(parseActiveHours(" 08:30 - 18:00 "), { opens: 510, closes: 1080 });
  assert.deepEqual(parseActiveHours("8:30-18:00"), { opens: 510, closes: 1080 });
  assert.deepEqual(parseActiveHours("22:00-06:00"), { opens: 1320, closes: 360 });
  assert.deepEqual(parseActiveHours("22:00-00:00"), { opens: 1320, closes: 1440 });
  assert.deepEqual(parseActiveHours("00:00-18:00"), { opens: 0, closes: 1080 });
});

Deno.test("parseActiveHours() reads 00:00-23:59 and 00:00-24:00 as always", () => {
  for (const text of ["00:00-23:59", "00:00-24:00", "0:00 - 23:59"]) {
    assert.equal(parseActiveHours(text), ALWAYS);
  }
});

Deno.test("parseActiveHours() refuses anything that is not hours of a day, and says why", () => {
  for (
    const text of ["", "8-18", "08:30", "08:30-18:00-19:00", "08:30–18:00", "-08:30-18:00", "08:3-18:00"]
  ) {
    assert.throws(() => parseActiveHours(text), { name: "RangeError", message: /HH:MM-HH:MM/ }, text);
  }
  for (const text of ["08:60-18:00", "24:00-06:00", "25:00-26:00", "08:30-24:01", "08:30-18:99"]) {
    assert.throws(() => parseActiveHours(text), { name: "RangeError", message: /00:00 to 23:59/ }, text);
  }
  assert.throws(() => parseActiveHours("08:30-08:30"), { name: "RangeError", message: /same time/ });
});

Deno.test("isActive() is half open", () => {
  const hours = parseActiveHours("08:30-18:00");
  const active = (time: string) => isActive(hours, berlin(`2025-12-01 ${time}`), BERLIN);
  assert.ok(!active("08:29:59.999"));
  assert.ok(active("08:30"));
  assert.ok(active("17:59:59.999"));
  assert.ok(!active("18:00"));
});

Deno.test("hours over midnight belong to the day on which they open", () => {
  const hours = parseActiveHours("22:00-06:00");
  const onFriday = (date: Temporal.PlainDate) => date.dayOfWeek === 5;
  const active = (at: string) => isActive(hours, berlin(at), BERLIN, onFriday);
  assert.ok(!active("2026-09-04 05:59"));
  assert.ok(active("2026-09-04 22:00"));
  assert.ok(active("2026-09-05 05:59"));
  assert.ok(!active("2026-09-05 06:00"));
  assert.ok(!active("2026-09-05 22:00"));
  assert.equal(
    `${nextOpening(hours, berlin("2026-09-05 12:00"), BERLIN, onFriday)}`,
    `${berlin("2026-09-11 22:00")}`,
  );
});

Deno.test("the default hours follow Frankfurt's clock through both changes", () => {
  assert.deepEqual(turns("08:30-18:00", "2026-03-28 00:00", "2026-03-30 00:00"), [
    "+2026-03-28T07:30:00Z",
    "-2026-03-28T17:00:00Z",
    "+2026-03-29T06:30:00Z",
    "-2026-03-29T16:00:00Z",
  ]);
  assert.deepEqual(turns("08:30-18:00", "2026-10-24 00:00", "2026-10-26 00:00"), [
    "+2026-10-24T06:30:00Z",
    "-2026-10-24T16:00:00Z",
    "+2026-10-25T07:30:00Z",
    "-2026-10-25T17:00:00Z",
  ]);
});

Deno.test("hours across the change are an hour shorter in March and an hour longer in October", () => {
  assert.deepEqual(turns("01:00-04:00", "2026-03-29 00:00", "2026-03-29 12:00"), [
    "+2026-03-29T00:00:00Z",
    "-2026-03-29T02:00:00Z",
  ]);
  assert.deepEqual(turns("01:00-04:00", "2026-10-25 00:00", "2026-10-25 12:00"), [
    "+2026-10-24T23:00:00Z",
    "-2026-10-25T03:00:00Z",
  ]);
});

Deno.test("hours across midnight and the change, from 22:00 to 06:00", () => {
  assert.deepEqual(turns("22:00-06:00", "2026-03-28 12:00", "2026-03-29 12:00"), [
    "+2026-03-28T21:00:00Z",
    "-2026-03-29T04:00:00Z",
  ]);
  assert.deepEqual(turns("22:00-06:00", "2026-10-24 12:00", "2026-10-25 12:00"), [
    "+2026-10-24T20:00:00Z",
    "-2026-10-25T05:00:00Z",
  ]);
});

Deno.test("hours that begin or end in the hour that is skipped in March begin or end when the clock jumps over it", () => {
  assert.deepEqual(turns("02:30-04:00", "2026-03-29 00:00", "2026-03-29 12:00"), [
    "+2026-03-29T01:00:00Z",
    "-2026-03-29T02:00:00Z",
  ]);
  assert.deepEqual(turns("01:00-02:30", "2026-03-29 00:00", "2026-03-29 12:00"), [
    "+2026-03-29T00:00:00Z",
    "-2026-03-29T01:00:00Z",
  ]);
  assert.deepEqual(turns("02:00-03:00", "2026-03-29 00:00", "2026-03-30 12:00"), [
    "+2026-03-30T00:00:00Z",
    "-2026-03-30T01:00:00Z",
  ]);
});

Deno.test("hours that begin or end in the hour that is repeated in October follow what the clock shows", () => {
  assert.deepEqual(turns("02:30-04:00", "2026-10-25 00:00", "2026-10-25 12:00"), [
    "+2026-10-25T00:30:00Z", // 02:30 CEST
    "-2026-10-25T01:00:00Z", // 02:00 CET
    "+2026-10-25T01:30:00Z", // 02:30 CET
    "-2026-10-25T03:00:00Z",
  ]);
  assert.deepEqual(turns("02:00-03:00", "2026-10-25 00:00", "2026-10-25 12:00"), [
    "+2026-10-25T00:00:00Z",
    "-2026-10-25T02:00:00Z",
  ]);
});

Deno.test("hours that never end have neither opening nor closing", () => {
  assert.equal(nextOpening(ALWAYS, berlin("2026-03-29 01:00"), BERLIN), null);
  assert.equal(nextClosing(ALWAYS, berlin("2026-03-29 01:00"), BERLIN), null);
  assert.ok(isActive(ALWAYS, berlin("2026-03-29 23:59:59.999"), BERLIN));
});

Deno.test("hours that open on no day never open", () => {
  const hours = parseActiveHours("08:30-18:00");
  assert.equal(nextOpening(hours, berlin("2026-03-29 01:00"), BERLIN, () => false), null);
});

Deno.test("nextOpening() and nextClosing() find the same as a check of every minute", () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const zone = fc.constantFrom(BERLIN, "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC");
  const start = fc.constantFrom(
    "2026-03-07",
    "2026-03-28",
    "2026-04-04",
    "2026-04-23",
    "2026-10-03",
    "2026-10-24",
  )
    .chain((date) => minute.map((m) => Temporal.Instant.from(`${date}T00:00Z`).add({ minutes: m })));
  fc.assert(
    fc.property(minute, minute, zone, start, (opens, closes, zone, after) => {
      fc.pre(opens !== closes && closes > 0);
      const hours: ActiveHours = { opens, closes };
      assert.equal(`${nextOpening(hours, after, zone)}`, `${byMinute(hours, after, zone, true)}`);
      assert.equal(`${nextClosing(hours, after, zone)}`, `${byMinute(hours, after, zone, false)}`);
    }),
    { numRuns: 60 },
  );
});

/** Slow and simple: the clock is read every minute. */
function byMinute({ opens, closes }: ActiveHours, after: Temporal.Instant, zone: string, active: boolean) {
  const at = (instant: Temporal.Instant) => {
    const { hour, minute } = instant.toZonedDateTimeISO(zone);
    const now = hour * 60 + minute;
    return opens < closes ? now >= opens && now < closes : now >= opens || now < closes;
  };
  for (let now = after.add({ minutes: 1 }), before = at(after);; now = now.add({ minutes: 1 })) {
    const current = at(now);
    if (current !== before && current === active) return now;
    before = current;
  }
}
