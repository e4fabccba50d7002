import assert from "node:assert/strict";
import { jobFor, scheduleOf } from "../../../src/cli/daemon/rhythm.ts";
import type { DaemonOptions } from "../../../src/cli/grammar/fetch_options.ts";
import { parseActiveHours } from "../../../src/daemon/active_hours.ts";
import { parseInterval } from "../../../src/daemon/interval.ts";
import type { NextStart } from "../../../src/daemon/next_start.ts";
import { instantsOf, simulate } from "../../daemon/simulate.ts";

const OPTIONS: DaemonOptions = { wrkDir: ".", logLevel: "INFO", reconcile: true, bars: true };
const FROM = Temporal.Instant.from("2026-09-01T08:20:37.400Z");

/** The starts of half an hour, of a daemon that begins at 08:20:37.4 UTC and has run today. */
function startsOf(interval: string, more: Partial<DaemonOptions> = {}, cycleMillis = () => 700): string[] {
  const schedule = scheduleOf({ ...OPTIONS, interval: parseInterval(interval), ...more });
  const until = FROM.add({ minutes: 30 });
  const lastCycle = FROM.subtract({ minutes: 5 });
  return instantsOf(simulate(schedule, { from: FROM, until, lastCycle, cycleMillis }));
}

Deno.test("a daemon that follows live starts two seconds after each full minute, when the name is there", () => {
  const minutes = Array.from({ length: 30 }, (_, i) => `2026-09-01T08:${21 + i}:02Z`);
  assert.deepEqual(startsOf("1m"), ["2026-09-01T08:20:37.4Z", ...minutes]);
  assert.deepEqual(startsOf("5m").slice(1, 3), ["2026-09-01T08:25:02Z", "2026-09-01T08:30:02Z"]);
});

Deno.test("a cycle that takes longer skips the minutes that it takes", () => {
  const starts = startsOf("1m", {}, () => 90_000);
  assert.deepEqual(starts.slice(0, 3), [
    "2026-09-01T08:20:37.4Z",
    "2026-09-01T08:23:02Z",
    "2026-09-01T08:25:02Z",
  ]);
});

Deno.test("it starts when the hours open, and again two seconds later", () => {
  const hours = { activeHours: parseActiveHours("10:30-18:00") }; // 08:30 UTC
  assert.deepEqual(startsOf("1m", hours).slice(0, 3), [
    "2026-09-01T08:30:00Z",
    "2026-09-01T08:30:02Z",
    "2026-09-01T08:31:02Z",
  ]);
});

Deno.test("a rhythm of a quarter of an hour or more, or of no full minutes, counts from the first start", () => {
  assert.deepEqual(startsOf("15m"), ["2026-09-01T08:20:37.4Z", "2026-09-01T08:35:37.4Z"]);
  assert.equal(startsOf("90s")[1], "2026-09-01T08:22:07.4Z");
});

Deno.test("only a cycle of a rhythm or a cron expression that is soon followed by others leaves files to be published later", () => {
  const job = (kind: NextStart["kind"], options: Partial<DaemonOptions>) =>
    jobFor(kind, scheduleOf({ ...OPTIONS, ...options }), options, FROM);
  const minutely = { interval: parseInterval("1m") };
  const kinds = ["rhythm", "cron", "first", "opening", "closing", "late", "daily", "retry", "nudge"] as const;
  assert.deepEqual(kinds.filter((kind) => job(kind, minutely) === "cycle"), ["rhythm", "cron"]);
  const hourly = [{}, { interval: parseInterval("31m") }, { schedule: "0 8-18 * * 1-5" }];
  const often = [{ interval: parseInterval("30m") }, { schedule: "*/15 8-18 * * 1-5" }];
  const every = { publishEvery: parseInterval("1m") };
  for (const kind of ["rhythm", "cron"] as const) {
    for (const options of hourly) assert.equal(job(kind, options), "last cycle for now");
    for (const options of often) assert.equal(job(kind, options), "cycle");
    for (const options of often) assert.equal(job(kind, { ...options, ...every }), "last cycle for now");
  }
});
