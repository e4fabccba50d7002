import assert from "node:assert/strict";
import { deletedAt, planQuotes, type QuoteSituation } from "../../../src/collect/quotes/hour_plan.ts";
import { expectedFiles } from "../../../src/feed/calendar/expected_files.ts";
import { dailyFile, minuteFile, type SourceFile } from "../../../src/feed/file_names.ts";

const QUOTA = { requests: 24, windowMillis: 60_000 };
const NOON = Date.parse("2026-09-01T12:00:00Z");
const NONE: ReadonlySet<string> = new Set();

const at = (minute: number, service = "pretrade", venue = "DGAT") =>
  minuteFile(venue, "2026-09-01", minute, service);

function plan(listed: readonly SourceFile[], more: Partial<QuoteSituation> = {}) {
  return planQuotes({ listed, seen: NONE, givenUp: NONE, now: NOON, quota: QUOTA, ...more });
}

Deno.test("planQuotes() fetches hour by hour, hours with trading first, the minutes of all services together", () => {
  const listed = [at(10), at(601), at(600), at(660), at(600, "pretradeOthers")];
  const { hours, tooLate } = plan(listed);
  assert.deepEqual(hours.map(({ hour, files }) => [hour, files.map(({ minute }) => minute)]), [
    ["2026-09-01T10", [600, 600, 601]],
    ["2026-09-01T11", [660]],
    ["2026-09-01T00", [10]],
  ]);
  assert.deepEqual(tooLate, []);
});

Deno.test("planQuotes() leaves out files that are stored or were tried, and daily files, which never exist", () => {
  const listed = [at(600), at(601), at(602), dailyFile("DGAT", "2026-08-31", "pretrade")];
  const { hours } = plan(listed, { seen: new Set([at(600).name]), givenUp: new Set([at(601).name]) });
  assert.deepEqual(hours.map(({ files }) => files), [[at(602)]]);
});

Deno.test("planQuotes() takes the oldest trading day first", () => {
  const older = minuteFile("DGAT", "2026-08-31", 600, "pretrade");
  assert.deepEqual(plan([at(600), older]).hours.map(({ hour }) => hour), ["2026-08-31T10", "2026-09-01T10"]);
});

Deno.test("deletedAt() is the end of the business day after a file's trading day", () => {
  const deleted = (date: string) =>
    new Date(deletedAt(minuteFile("DGAT", date, 600, "pretrade"))).toISOString();
  assert.equal(deleted("2026-08-31"), "2026-09-01T22:00:00.000Z");
  assert.equal(deleted("2026-09-04"), "2026-09-07T22:00:00.000Z");
});

Deno.test("planQuotes() leaves out files that will be deleted before their turn comes, and names them", () => {
  const day = expectedFiles("DGAT", "2026-08-31", "pretrade");
  const now = Date.parse("2026-09-01T21:50:00Z");
  const { hours, tooLate } = plan([...day, at(600)], { now });
  const planned = hours.flatMap(({ files }) => files);
  assert.equal(planned.filter(({ date }) => date !== "2026-09-01").length, 10 * QUOTA.requests);
  assert.equal(tooLate.length, day.length - 10 * QUOTA.requests);
  assert.deepEqual(planned.at(-1), at(600));
});

Deno.test("planQuotes() includes files that are listed after their expected deletion: the exchange keeps them longer than assumed", () => {
  const day = expectedFiles("DGAT", "2026-08-31", "pretrade");
  const { hours, tooLate } = plan(day, { now: Date.parse("2026-09-02T10:00:00Z") });
  assert.equal(hours.flatMap(({ files }) => files).length, day.length);
  assert.deepEqual(tooLate, []);
});
