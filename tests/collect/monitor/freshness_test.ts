import assert from "node:assert/strict";
import {
  answerableUntil,
  behindText,
  lagBetween,
  minuteText,
  newestMinute,
} from "../../../src/collect/monitor/freshness.ts";
import type { DayInventory } from "../../../src/collect/inventory.ts";
import type { LedgerEntry } from "../../../src/store/ledger.ts";

// DETR trades from 07:00 to 15:40 UTC on this Tuesday of summer: 520 minutes.
const DATE = "2026-09-01";
const ENTRY: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };

const millis = (time: string) => Date.parse(`${time}Z`);
const lagUntil = (newest: string, until: string) => lagBetween("DETR", millis(newest), millis(until));
const lag = (newest: string, until: string) => lagUntil(newest, until).minutes;

function day(date: string, ...keys: string[]): DayInventory {
  const ledger = new Map(keys.map((key) => [key, ENTRY]));
  return { date, rows: 0, ledger, spooled: [], waiting: [], damage: null };
}

Deno.test("newestMinute() is the latest minute of any date, whatever their order", () => {
  const days = [day(DATE, "08_34", "09_00", "08_59"), day("2026-08-31", "23_59")];
  assert.equal(newestMinute(days), millis(`${DATE}T09:00`));
});

Deno.test("newestMinute() ignores daily files and second versions", () => {
  const days = [day(DATE, "daily-2026-09-01", "09_01~0123456789abcdef", "09_00")];
  assert.equal(newestMinute(days), millis(`${DATE}T09:00`));
  assert.equal(newestMinute([day(DATE, "daily-2026-09-01")]), null);
  assert.equal(newestMinute([]), null);
});

Deno.test("lagBetween() counts minutes of trading that are due: a file appears 14 minutes after its minute begins", () => {
  assert.equal(lag(`${DATE}T08:45`, `${DATE}T09:00`), 0);
  assert.equal(lag(`${DATE}T08:44`, `${DATE}T09:00`), 1);
  assert.equal(lag(`${DATE}T08:45`, `${DATE}T10:00`), 60);
});

Deno.test("lagBetween() does not grow at night, at the weekend or on a holiday", () => {
  const closing = "2026-08-28T15:39"; // a Friday
  assert.equal(lag(closing, "2026-08-28T23:00"), 0);
  assert.equal(lag(closing, "2026-08-31T07:14"), 0);
  assert.equal(lag(closing, "2026-08-31T07:24"), 10);
  assert.equal(lag("2026-04-02T15:39", "2026-04-07T07:14"), 0, "Easter");
  assert.equal(lag("2026-04-02T15:39", "2026-04-07T07:24"), 10);
});

Deno.test("lagBetween() looks back two weeks and no more, and says whether there was trading before", () => {
  const searched = { minutes: 11 * 520, isMore: true };
  assert.deepEqual(lagUntil("2020-01-01T00:00", `${DATE}T20:00`), searched);
  // The first of these days is 18 August.
  assert.deepEqual(lagUntil("2026-08-17T15:38", `${DATE}T20:00`), searched);
  assert.deepEqual(lagUntil("2026-08-17T15:39", `${DATE}T20:00`), { ...searched, isMore: false });
  assert.deepEqual(lagUntil("2026-08-18T07:00", `${DATE}T20:00`), { minutes: 11 * 520 - 1, isMore: false });
  // It is Sunday, 16 August: nothing was traded since Friday.
  assert.equal(lagUntil("2026-08-14T15:39", "2026-08-30T20:00").isMore, false);
  assert.equal(lagUntil("2026-08-14T15:38", "2026-08-30T20:00").isMore, true);
});

Deno.test("behindText() says that it is more where lagBetween() does", () => {
  assert.equal(behindText({ minutes: 1, isMore: false }), "1 minute of trading behind");
  assert.equal(behindText({ minutes: 5_200, isMore: true }), "more than 5,200 minutes of trading behind");
});

Deno.test("lagBetween() of a minute in the future, as after the clock was set back, is 0", () => {
  assert.equal(lag("2026-12-01T12:00", `${DATE}T12:00`), 0);
});

Deno.test("minuteText() is how a minute is written in the state file, UTC", () => {
  assert.equal(minuteText(millis(`${DATE}T08:34`)), "2026-09-01T08:34");
});

Deno.test("answerableUntil() is the start of a daemon's last cycle until the next one is overdue by three hours", () => {
  const [lastStart, lastEnd, next] = ["16:20", "16:25", "06:30"].map((time, i) =>
    millis(`2026-09-0${i === 2 ? 2 : 1}T${time}`)
  );
  const until = (now: string, known = {}) =>
    answerableUntil({ lastStart, lastEnd, next, ...known }, millis(now));
  assert.equal(until(`${DATE}T18:30`), lastStart);
  assert.equal(until("2026-09-02T09:30"), lastStart);
  assert.equal(until("2026-09-02T09:31"), millis("2026-09-02T09:31"));
  assert.equal(
    until(`${DATE}T19:25`, { next: null }),
    lastStart,
    "its first cycle goes on with other venues",
  );
  assert.equal(until(`${DATE}T19:26`, { next: null }), millis(`${DATE}T19:26`));
  assert.equal(until(`${DATE}T19:25`, { next: lastStart }), lastStart, "the next one is not told yet");
  assert.equal(until(`${DATE}T10:00`), millis(`${DATE}T10:00`), "the clock was set back");
});

Deno.test("answerableUntil() without a daemon is now", () => {
  assert.equal(answerableUntil(null, millis(`${DATE}T18:30`)), millis(`${DATE}T18:30`));
});
