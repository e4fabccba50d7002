import assert from "node:assert/strict";
import { earlyClose } from "../../../src/feed/calendar/early_close.ts";
import { dates } from "../../daemon/berlin.ts";

/** The short days of a venue and a year, each with the time at which it ends. */
function shortDays(venue: string, year: number): string[] {
  return [...dates(`${year}-01-01`, `${year}-12-31`)].flatMap((date) => {
    const closes = earlyClose(venue, date);
    return closes === null ? [] : [`${date.toString().slice(5)} ${closes}`];
  });
}

Deno.test("Xetra trades until 14:00 on 30 December, or the last weekday before, and on no other day ends early", () => {
  // As exchange-calendars 4.13.2 of PyPI has them for XETR up to 2027.
  const days = [2024, 2025, 2026, 2027, 2028].map((year) => shortDays("DETR", year));
  assert.deepEqual(days.flat(), ["12-30 14:00", "12-30 14:00", "12-30 14:00", "12-30 14:00", "12-29 14:00"]);
});

Deno.test("Frankfurt and Tradegate end at 20:00 as well, on the holidays of Hesse on which Xetra trades", () => {
  for (const venue of ["DFRA", "DGAT"]) {
    assert.deepEqual(shortDays(venue, 2025), [
      ...["05-29 20:00", "06-09 20:00", "06-19 20:00", "10-03 20:00", "12-30 14:00"],
    ]);
    // 3 October is a Saturday.
    assert.deepEqual(shortDays(venue, 2026), ["05-14 20:00", "05-25 20:00", "06-04 20:00", "12-30 14:00"]);
  }
});

Deno.test("there is no early end for Eurex, where each product has its own times, and for unknown venues", () => {
  assert.deepEqual(["DEUR", "DQTX"].flatMap((venue) => shortDays(venue, 2026)), []);
});
