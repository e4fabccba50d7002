import assert from "node:assert/strict";
import { lagMinutes, minuteText, newestMinute } from "../../src/collect/freshness.ts";
import type { DayInventory } from "../../src/collect/inventory.ts";
import type { LedgerEntry } from "../../src/store/ledger.ts";

// DETR trades from 07:00 to 15:40 UTC on this Tuesday of summer: 520 minutes.
const DATE = "2026-09-01";
const ENTRY: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };

const millis = (time: string) => Date.parse(`${time}Z`);
const weekday = (date: Temporal.PlainDate) => date.dayOfWeek <= 5;
const lag = (newest: string | null, now: string, isTradingDay = weekday) =>
  lagMinutes("DETR", newest === null ? null : millis(newest), millis(now), isTradingDay);

function day(date: string, ...keys: string[]): DayInventory {
  const ledger = new Map(keys.map((key) => [key, ENTRY]));
  return { date, rows: 0, ledger, spooled: [], waiting: [], damage: null };
}

Deno.test("newestMinute() is the latest minute of any date, whatever their order", () => {
  const days = [day(DATE, "08_34", "09_00", "08_59"), day("2026-08-31", "23_59")];
  assert.equal(newestMinute(days), millis(`${DATE}T09:00`));
});

Deno.test("newestMinute() takes daily files and second versions for no minute", () => {
  const days = [day(DATE, "daily-2026-09-01", "09_01~0123456789abcdef", "09_00")];
  assert.equal(newestMinute(days), millis(`${DATE}T09:00`));
  assert.equal(newestMinute([day(DATE, "daily-2026-09-01")]), null);
  assert.equal(newestMinute([]), null);
});

Deno.test("lagMinutes() counts the minutes of trading that are due: a file appears 15 minutes late", () => {
  assert.equal(lag(`${DATE}T08:44`, `${DATE}T09:00`), 0);
  assert.equal(lag(`${DATE}T08:43`, `${DATE}T09:00`), 1);
  assert.equal(lag(`${DATE}T08:44`, `${DATE}T10:00`), 60);
});

Deno.test("lagMinutes() does not grow at night, at the weekend or on a holiday", () => {
  const closing = "2026-08-28T15:39"; // a Friday
  assert.equal(lag(closing, "2026-08-28T23:00"), 0);
  assert.equal(lag(closing, "2026-08-31T07:15"), 0);
  assert.equal(lag(closing, "2026-08-31T07:25"), 10);
  assert.equal(lag(closing, `${DATE}T07:25`, () => false), 0);
});

Deno.test("lagMinutes() of an empty venue looks back two weeks and no more", () => {
  const now = `${DATE}T20:00`;
  assert.equal(lag(null, now), 11 * 520);
  assert.equal(lag("2020-01-01T00:00", now), 11 * 520);
});

Deno.test("lagMinutes() of a minute in the future, as after the clock was set back, is 0", () => {
  assert.equal(lag("2026-12-01T12:00", `${DATE}T12:00`), 0);
});

Deno.test("minuteText() is how a minute is written in the state file, UTC", () => {
  assert.equal(minuteText(millis(`${DATE}T08:34`)), "2026-09-01T08:34");
});
