import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { lookAfter } from "../../../src/collect/maintain/maintenance.ts";
import { RAW, TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import { filesBelow } from "../../e2e/disk.ts";
import { lines, Venue } from "../daily_files.ts";
import { clockAt, toolsOf } from "./maintenance_tools.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DATE = "2026-09-01";
const WEEK_LATER = Date.UTC(2026, 8, 8, 12);
const NEVER = new AbortController().signal;

Deno.test("the maintenance deletes proved raw files that are a week old, and runs once a day", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  const clock = clockAt(WEEK_LATER - 86_400_000);
  const raw = () => filesBelow(venue.layout.venues(RAW)).length;
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.equal(raw(), 1, "six days old");
  clock.millis = WEEK_LATER;
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.equal(raw(), 0);
  await venue.minute(`${DATE}T09:01`, lines(`${DATE}T09:01`, 1));
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.equal(raw(), 1, "it was done today");
  clock.millis += 86_400_000;
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.equal(raw(), 0);
});

Deno.test("maintenance that fails does not make its caller fail, and is not tried again on the same day", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  Deno.removeSync(path);
  Deno.mkdirSync(path); // an unexpected error
  await lookAfter("DETR", toolsOf(venue, clockAt(WEEK_LATER)), NEVER);
  assert.equal(filesBelow(venue.layout.venues(RAW)).length, 1);
  assert.ok(new DailyMarks(venue.layout, "DETR", WEEK_LATER).has("maintenance"));

  Deno.removeSync(venue.layout.dailyMarks("DETR"));
  Deno.mkdirSync(venue.layout.dailyMarks("DETR"));
  await lookAfter("DETR", toolsOf(venue, clockAt(WEEK_LATER)), NEVER);
});

Deno.test("maintenance that is interrupted says so, and is done in the next cycle", async () => {
  using venue = new Venue();
  await venue.minute(`${DATE}T09:00`, lines(`${DATE}T09:00`, 1));
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  await assert.rejects(lookAfter("DETR", toolsOf(venue, clockAt(WEEK_LATER)), stop.signal), /stopped/);
  assert.ok(!existsSync(venue.layout.dailyMarks("DETR")));
});
