import assert from "node:assert/strict";
import { everyDay } from "../../src/daemon/active_hours.ts";
import { cronTimetable } from "../../src/daemon/cron.ts";
import { isTradingDay } from "../../src/feed/calendar/holidays.ts";
import { BERLIN, berlin } from "./berlin.ts";

/** The appointments in a span of time, `cron 2026-03-29T01:00:00Z`. */
function appointments(
  expression: string,
  from: string,
  until: string,
  on = everyDay as typeof isTradingDay,
): string[] {
  const timetable = cronTimetable(expression, BERLIN, on);
  const found: string[] = [];
  for (let next = timetable.next(berlin(from)); next; next = timetable.next(next.at)) {
    if (Temporal.Instant.compare(next.at, berlin(until)) >= 0) break;
    found.push(`${next.kind} ${next.at}`);
  }
  return found;
}

const listOf = (...times: [string, string][]) => times.map(([kind, time]) => `${kind} ${berlin(time)}`);

Deno.test("cronTimetable() adds two sweeps after the last start of a day", () => {
  assert.deepEqual(
    appointments("30 9,18 * * 1-5", "2026-09-04 12:00", "2026-09-07 12:00"),
    listOf(
      ["cron", "2026-09-04 18:30"],
      ["late", "2026-09-04 18:50"],
      ["late", "2026-09-04 19:10"],
      ["cron", "2026-09-07 09:30"],
    ),
  );
});

Deno.test("cronTimetable() sweeps after midnight too, and leaves out a sweep that comes after the next start", () => {
  assert.deepEqual(
    appointments("50 23 * * *", "2026-09-04 12:00", "2026-09-05 12:00"),
    listOf(["cron", "2026-09-04 23:50"], ["late", "2026-09-05 00:10"], ["late", "2026-09-05 00:30"]),
  );
  assert.deepEqual(
    appointments("*/30 * * * *", "2026-09-04 23:00", "2026-09-05 01:00"),
    listOf(
      ["cron", "2026-09-04 23:30"],
      ["late", "2026-09-04 23:50"],
      ["cron", "2026-09-05 00:00"],
      ["cron", "2026-09-05 00:30"],
    ),
  );
});

Deno.test("cronTimetable() leaves out days that do not count", () => {
  assert.deepEqual(
    appointments("0 12 * * *", "2026-04-02 13:00", "2026-04-07 12:10", isTradingDay),
    listOf(["cron", "2026-04-07 12:00"]),
  );
});

Deno.test("cronTimetable() starts after the jump for a time that is skipped in March, and once for one that is repeated in October", () => {
  const at = (day: string) => appointments("30 2 * * *", `${day} 00:00`, `${day} 02:45 CET`).slice(0, 1);
  assert.deepEqual(at("2026-10-25"), ["cron 2026-10-25T00:30:00Z"]);
  assert.deepEqual(appointments("30 2 * * *", "2026-03-29 00:00", "2026-03-29 12:00"), [
    "cron 2026-03-29T01:00:00Z",
    "late 2026-03-29T01:20:00Z",
    "late 2026-03-29T01:40:00Z",
  ]);
});

Deno.test("cronTimetable() has no appointment when its days never count", () => {
  assert.equal(cronTimetable("0 8 * * 6", BERLIN, isTradingDay).next(berlin("2026-09-04 00:00")), null);
});

Deno.test("cronTimetable() refuses anything that is not a cron expression of five fields, and says why", () => {
  for (const expression of ["", "bogus", "61 * * * *", "* * * *", "* * * * * *", "*/0 * * * *"]) {
    assert.throws(
      () => cronTimetable(expression, BERLIN, everyDay),
      { name: "RangeError", message: /is not a cron expression such as/ },
      expression,
    );
  }
  assert.throws(() => cronTimetable("0 0 30 2 *", BERLIN, everyDay), {
    message: /names a day that no year has/,
  });
});
