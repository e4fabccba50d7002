import assert from "node:assert/strict";
import {
  closesEarly,
  easterSunday,
  isTradingDay,
  tradingDayBefore,
} from "../../../src/feed/calendar/holidays.ts";
import { dates } from "../../daemon/berlin.ts";

/** Weekdays of a year without trading. */
function holidays(year: number): string[] {
  return [...dates(`${year}-01-01`, `${year}-12-31`)]
    .filter((date) => date.dayOfWeek <= 5 && !isTradingDay(date)).map((date) => date.toString().slice(5));
}

Deno.test("easterSunday() is right from 2024 to 2040", () => {
  assert.deepEqual(
    Array.from({ length: 17 }, (_, i) => easterSunday(2024 + i).toString()),
    [
      "2024-03-31",
      "2025-04-20",
      "2026-04-05",
      "2027-03-28",
      "2028-04-16",
      "2029-04-01",
      "2030-04-21",
      "2031-04-13",
      "2032-03-28",
      "2033-04-17",
      "2034-04-09",
      "2035-03-25",
      "2036-04-13",
      "2037-04-05",
      "2038-04-25",
      "2039-04-10",
      "2040-04-01",
    ],
  );
});

Deno.test("isTradingDay() knows the weekdays without trading of the exchange's calendar, 2024 to 2029", () => {
  const christmas = ["12-24", "12-25", "12-26", "12-31"];
  assert.deepEqual(holidays(2024), ["01-01", "03-29", "04-01", "05-01", ...christmas]);
  assert.deepEqual(holidays(2025), ["01-01", "04-18", "04-21", "05-01", ...christmas]);
  assert.deepEqual(holidays(2026), ["01-01", "04-03", "04-06", "05-01", "12-24", "12-25", "12-31"]);
  assert.deepEqual(holidays(2027), ["01-01", "03-26", "03-29", "12-24", "12-31"]);
  assert.deepEqual(holidays(2028), ["04-14", "04-17", "05-01", "12-25", "12-26"]);
  assert.deepEqual(holidays(2029), ["01-01", "03-30", "04-02", "05-01", ...christmas]);
});

Deno.test("isTradingDay() is false on weekends, and true on the holidays on which Xetra trades", () => {
  for (const date of ["2026-09-05", "2026-09-06"]) {
    assert.ok(!isTradingDay(Temporal.PlainDate.from(date)), date);
  }
  for (const date of ["2026-05-14", "2026-05-25", "2026-06-04", "2025-10-03", "2026-09-07"]) {
    assert.ok(isTradingDay(Temporal.PlainDate.from(date)), date);
  }
});

Deno.test("tradingDayBefore() skips weekends and holidays, Easter and the turn of the year", () => {
  const before = (date: string) => tradingDayBefore(Temporal.PlainDate.from(date)).toString();
  assert.deepEqual(["2026-09-04", "2026-09-07", "2026-09-06"].map(before), [
    "2026-09-03",
    "2026-09-04",
    "2026-09-04",
  ]);
  assert.equal(before("2026-04-07"), "2026-04-02");
  assert.equal(before("2026-01-02"), "2025-12-30");
});

Deno.test("closesEarly() is true on the last trading day of each year, and on no other, 2024 to 2029", () => {
  const early = [...dates("2024-01-01", "2029-12-31")].filter(closesEarly).map(String);
  assert.deepEqual(early, [
    "2024-12-30",
    "2025-12-30",
    "2026-12-30",
    "2027-12-30",
    "2028-12-29",
    "2029-12-28",
  ]);
});
