import assert from "node:assert/strict";
import { announcePlan, reportLost } from "../../../src/collect/quotes/announce_plan.ts";
import { planQuotes } from "../../../src/collect/quotes/hour_plan.ts";
import { expectedFiles } from "../../../src/feed/calendar/expected_files.ts";
import { minuteStart } from "../../../src/feed/calendar/trading_day.ts";
import { configureLog } from "../../../src/log/setup.ts";
import { QuotesLayout } from "../../../src/store/layout.ts";
import { DailyMarks } from "../../../src/store/state/daily_marks.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

const DATE = "2026-09-01";
const LISTED = expectedFiles("DGAT", DATE, "pretrade");
const QUOTA = { requests: 24, windowMillis: 60_000 };
/** The exchange deletes the files of a Tuesday when Wednesday is over. */
const DELETED = Date.parse("2026-09-03T00:00+02:00");
const HOUR = 3_600_000;

const planAt = (now: number, listed = LISTED) =>
  planQuotes({ listed, seen: new Set(), givenUp: new Set(), now, quota: QUOTA });

/** The lines that are logged, without their times. */
function logged(): Disposable & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line.replace(/^.*? \| (\w+) *\| \S+ - /, "$1 "));
  const log = configureLog({
    level: "INFO",
    stderr: { write, colour: false, journald: false },
    clock: () => 0,
  });
  return { lines, [Symbol.dispose]: () => void log.close() };
}

Deno.test("before a backlog is fetched its files, megabytes and minutes are said, and of a few files nothing", () => {
  using log = logged();
  const secondsFor = (files: number) => files / QUOTA.requests * 60;
  announcePlan("DGAT", planAt(DELETED - 24 * HOUR), secondsFor);
  announcePlan("DGAT", planAt(DELETED - 24 * HOUR, LISTED.slice(0, 19)), secondsFor);
  assert.deepEqual(log.lines, [
    "INFO DGAT: 1,321 files of quotes to fetch, about 2,785 MB, in about 56 min under the quota; trades go first",
  ]);
});

Deno.test("what will be deleted before its turn comes is said at once, with how much and until when, and once a day", async () => {
  using dir = temporaryDirectory();
  using log = logged();
  const layout = new QuotesLayout(dir.path);
  const plan = planAt(DELETED - HOUR / 2);
  for (let cycle = 0; cycle < 2; cycle++) {
    await reportLost("DGAT", { listed: LISTED, newest: null }, plan, new DailyMarks(layout, "DGAT", DELETED));
  }
  const planned = plan.hours.flatMap(({ files }) => files);
  assert.deepEqual([planned.length, plan.tooLate.length], [720, 601]);
  assert.deepEqual(log.lines, [
    "ERROR DGAT: 601 files of quotes cannot be fetched before the exchange deletes them at " +
    `2026-09-02T22:00:00.000Z: they are not tried; the first: ${plan.tooLate[0].name}`,
  ]);
});

Deno.test("what was deleted while nobody fetched is said at once, with its first and last minute", async () => {
  using dir = temporaryDirectory();
  using log = logged();
  const [newest, ...later] = LISTED;
  const standing = { listed: later.slice(10), newest: minuteStart(newest.date, newest.minute) };
  const marks = new DailyMarks(new QuotesLayout(dir.path), "DGAT", DELETED);
  await reportLost("DGAT", standing, planAt(DELETED - 24 * HOUR, later.slice(10)), marks);
  assert.deepEqual(log.lines, [
    `ERROR DGAT: quotes of 10 minutes are lost, ${later[0].name} to ${later[9].name}: ` +
    "the exchange no longer lists them",
  ]);
});
