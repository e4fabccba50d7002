import assert from "node:assert/strict";
import { dueAt, expectedFiles, expectedFilesOn } from "../../../src/feed/calendar/expected_files.ts";
import { fileNamed, minuteFile } from "../../../src/feed/file_names.ts";
import { tradingDayOf } from "../../../src/feed/calendar/trading_day.ts";
import { dates } from "../../daemon/berlin.ts";

/** The weekdays of 2026 without trading, by the exchange's calendar. */
const HOLIDAYS = ["01-01", "04-03", "04-06", "05-01", "12-24", "12-25", "12-31"].map((day) => `2026-${day}`);

const namesOf = (day: string) => expectedFiles("DETR", day).map(({ name }) => name);
const ends = (day: string) => [namesOf(day)[0], namesOf(day).at(-1)].map((name) => name?.slice(15, 31));

Deno.test("a year has 1,321 names on each of its 254 trading days, and none on any other", () => {
  const counts = new Map<number, number>();
  for (const date of dates("2026-01-01", "2026-12-31")) {
    const files = expectedFiles("DEUR", date.toString());
    const trades = date.dayOfWeek <= 5 && !HOLIDAYS.includes(date.toString());
    assert.equal(files.length, trades ? 1321 : 0, date.toString());
    counts.set(files.length, (counts.get(files.length) ?? 0) + 1);
  }
  assert.deepEqual([...counts].sort(), [[0, 111], [1321, 254]]);
});

Deno.test("they are the minutes from 01:00 to 23:00 in Frankfurt; in summer the first hour is on the day before in UTC", () => {
  assert.deepEqual(ends("2026-01-14"), ["2026-01-14T00_00", "2026-01-14T22_00"]);
  assert.deepEqual(ends("2026-07-14"), ["2026-07-13T23_00", "2026-07-14T21_00"]);
  assert.deepEqual(ends("2026-09-01"), ["2026-08-31T23_00", "2026-09-01T21_00"]);
  assert.deepEqual(ends("2026-01-02"), ["2026-01-02T00_00", "2026-01-02T22_00"]);
});

Deno.test("they are right before and after the Sundays on which the clocks change, which have none", () => {
  assert.deepEqual(ends("2026-03-27"), ["2026-03-27T00_00", "2026-03-27T22_00"]);
  assert.deepEqual(ends("2026-03-29"), [undefined, undefined]);
  assert.deepEqual(ends("2026-03-30"), ["2026-03-29T23_00", "2026-03-30T21_00"]);
  assert.deepEqual(ends("2026-10-23"), ["2026-10-22T23_00", "2026-10-23T21_00"]);
  assert.deepEqual(ends("2026-10-25"), [undefined, undefined]);
  assert.deepEqual(ends("2026-10-26"), ["2026-10-26T00_00", "2026-10-26T22_00"]);
});

Deno.test("they are names of the exchange, each once, without a gap, and of the requested trading day", () => {
  for (const day of ["2026-01-14", "2026-07-14"]) {
    const files = expectedFiles("DGAT", day);
    assert.equal(new Set(files.map(({ name }) => name)).size, files.length);
    for (const [i, file] of files.entries()) {
      assert.deepEqual(fileNamed(file.name), file);
      assert.equal(tradingDayOf(file), day);
      assert.equal(dueAt(file) - dueAt(files[0]), i * 60_000);
    }
  }
});

Deno.test("expectedFilesOn() a UTC date returns the names that two trading days have on it", () => {
  const minutes = (date: string) => {
    const files = expectedFilesOn("DETR", date);
    assert.ok(files.every((file) => file.date === date));
    return [files.length, files[0]?.minute, files.at(-1)?.minute];
  };
  assert.deepEqual(minutes("2026-01-14"), [1321, 0, 22 * 60]);
  assert.deepEqual(minutes("2026-07-14"), [1261 + 60, 0, 23 * 60 + 59]);
  assert.deepEqual(minutes("2026-07-17"), [1261, 0, 21 * 60]); // a Friday
  assert.deepEqual(minutes("2026-07-18"), [0, undefined, undefined]);
  assert.deepEqual(minutes("2026-07-19"), [60, 23 * 60, 23 * 60 + 59]);
});

Deno.test("dueAt() is 14 minutes after the minute begins, also over midnight", () => {
  assert.equal(dueAt(minuteFile("DETR", "2026-09-01", 514)), Date.UTC(2026, 8, 1, 8, 48));
  assert.equal(dueAt(minuteFile("DETR", "2026-09-01", 1439)), Date.UTC(2026, 8, 2, 0, 13));
});
