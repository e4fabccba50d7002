import assert from "node:assert/strict";
import fc from "fast-check";
import { dailyFile, minuteFile } from "../../../src/feed/file_names.ts";
import { isInTradingHours, minuteStart, tradingDayOf } from "../../../src/feed/calendar/trading_day.ts";

const at = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

Deno.test("minuteStart() is the beginning of the minute in UTC", () => {
  assert.equal(minuteStart("2026-09-01", at("08:34")), Date.UTC(2026, 8, 1, 8, 34));
  assert.equal(minuteStart("1970-01-01", 0), 0);
});

Deno.test("tradingDayOf() begins a Frankfurt day at 23:00 UTC in winter and at 22:00 UTC in summer", () => {
  const dayOf = (date: string, clock: string) => tradingDayOf(minuteFile("DEUR", date, at(clock)));
  assert.equal(dayOf("2026-01-14", "22:59"), "2026-01-14");
  assert.equal(dayOf("2026-01-14", "23:00"), "2026-01-15");
  assert.equal(dayOf("2026-07-14", "21:59"), "2026-07-14");
  assert.equal(dayOf("2026-07-14", "22:00"), "2026-07-15");
  assert.equal(dayOf("2026-12-31", "23:00"), "2027-01-01");
});

Deno.test("tradingDayOf() uses Frankfurt's midnight on the days when the clocks change", () => {
  const dayOf = (date: string, clock: string) => tradingDayOf(minuteFile("DEUR", date, at(clock)));
  // 2026-03-29 begins in winter and ends in summer, 2026-10-25 the other way round.
  assert.equal(dayOf("2026-03-28", "23:00"), "2026-03-29");
  assert.equal(dayOf("2026-03-29", "22:00"), "2026-03-30");
  assert.equal(dayOf("2026-10-24", "22:00"), "2026-10-25");
  assert.equal(dayOf("2026-10-25", "22:59"), "2026-10-25");
  assert.equal(dayOf("2026-10-25", "23:00"), "2026-10-26");
});

Deno.test("tradingDayOf() a daily file is the date in its name", () => {
  assert.equal(tradingDayOf(dailyFile("DETR", "2026-09-17")), "2026-09-17");
});

Deno.test("tradingDayOf() a minute file is its date or the one after, never another", () => {
  const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-30"), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  fc.assert(fc.property(date, fc.integer({ min: 0, max: 1439 }), (date, minute) => {
    const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
    const day = tradingDayOf(minuteFile("DETR", date, minute));
    assert.equal(day, minute < at("22:00") || (minute < at("23:00") && day === date) ? date : next);
  }));
});

Deno.test("isInTradingHours() uses Frankfurt's time, in winter and in summer", () => {
  const open = (date: string, clock: string) => isInTradingHours(minuteFile("DETR", date, at(clock)));
  assert.deepEqual(["07:59", "08:00", "16:39", "16:40"].map((clock) => open("2026-01-14", clock)), [
    false,
    true,
    true,
    false,
  ]);
  assert.deepEqual(["06:59", "07:00", "15:39", "15:40"].map((clock) => open("2026-07-14", clock)), [
    false,
    true,
    true,
    false,
  ]);
});

Deno.test("isInTradingHours() is false on Saturdays and Sundays of Frankfurt", () => {
  assert.ok(isInTradingHours(minuteFile("DETR", "2026-09-04", at("10:00")))); // a Friday
  assert.ok(!isInTradingHours(minuteFile("DETR", "2026-09-05", at("10:00"))));
  assert.ok(!isInTradingHours(minuteFile("DETR", "2026-09-06", at("10:00"))));
  assert.ok(isInTradingHours(minuteFile("DEUR", "2026-09-07", at("00:15")))); // Monday 02:15 in Frankfurt
  assert.ok(!isInTradingHours(minuteFile("DEUR", "2026-09-05", at("00:15")))); // Saturday 02:15
});
