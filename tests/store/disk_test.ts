import assert from "node:assert/strict";
import { dirname } from "node:path";
import { minuteFile } from "../../src/feed/file_names.ts";
import {
  type Dataset,
  QUOTES_BY_HOUR,
  RAW,
  TRADES_BY_DAY,
  TRADES_BY_MONTH,
} from "../../src/store/datasets.ts";
import { newestStoredDates, periodsOf, storedDates, venuesBelow } from "../../src/store/periods.ts";
import { diskDaysLeft, freeBytes, tradesADay } from "../../src/store/disk.ts";
import { Layout } from "../../src/store/layout.ts";
import { temporaryDirectory } from "../e2e/harness.ts";

const MIB = 1024 * 1024;

/** Puts a file without content, but of this size, at a path. */
function put(path: string, size: number): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, "");
  Deno.truncateSync(path, size);
}

Deno.test("diskDaysLeft() adds up the largest of the last days of every venue, partitions and raw files", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  assert.equal(diskDaysLeft(layout), null);
  put(layout.partition(TRADES_BY_DAY, "DETR", "2026-08-01"), 10_000 * MIB); // too old to count
  for (const day of [1, 2, 3, 4, 5]) {
    put(layout.partition(TRADES_BY_DAY, "DETR", `2026-09-0${day}`), day * 100 * MIB);
  }
  put(layout.rawFile(minuteFile("DETR", "2026-09-05", 500)), 300 * MIB);
  put(layout.rawFile(minuteFile("DFRA", "2026-09-05", 500)), 200 * MIB);
  const days = () => freeBytes(dir.path)! / (1000 * MIB);
  // Others use the disk as well meanwhile.
  const [before, found, after] = [days(), diskDaysLeft(layout)!, days()];
  assert.ok(Math.floor(Math.min(before, after)) <= found && found <= Math.floor(Math.max(before, after)));
});

Deno.test("quotes count what their hours of a day take together, and do not use the room that is reserved for trades", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  put(layout.partition(TRADES_BY_DAY, "DGAT", "2026-09-01"), 100 * MIB);
  put(layout.rawFile(minuteFile("DGAT", "2026-09-01", 500, "pretrade")), 900 * MIB);
  for (const hour of ["08", "09", "10"]) {
    put(layout.partition(QUOTES_BY_HOUR, "DGAT", `2026-09-01T${hour}`), 300 * MIB);
  }
  put(layout.partition(QUOTES_BY_HOUR, "DGAT", "2026-09-02T08"), 500 * MIB);
  const days = () => freeBytes(dir.path)! / (1000 * MIB);
  const [before, found, after] = [days(), diskDaysLeft(layout)!, days()];
  assert.ok(Math.floor(Math.min(before, after)) <= found && found <= Math.floor(Math.max(before, after)));
  assert.equal(tradesADay(layout), 100 * MIB);
});

Deno.test("storedDates() returns the dates with a partition or raw files, once each, oldest first", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  assert.deepEqual(storedDates(layout, "DETR"), []);
  put(layout.partition(TRADES_BY_DAY, "DETR", "2026-09-02"), 1);
  put(layout.partition(TRADES_BY_DAY, "DETR", "2026-08-31"), 1);
  put(layout.rawFile(minuteFile("DETR", "2026-09-02", 500)), 1);
  put(layout.rawFile(minuteFile("DETR", "2026-09-10", 500)), 1);
  put(layout.rawFile(minuteFile("DFRA", "2026-09-11", 500)), 1);
  put(`${layout.ofVenue(TRADES_BY_DAY, "DETR")}/year=2026/month=13/day=01/x`, 1);
  assert.deepEqual(storedDates(layout, "DETR"), ["2026-08-31", "2026-09-02", "2026-09-10"]);
  assert.deepEqual(venuesBelow(layout.venues(RAW)), ["DETR", "DFRA"]);
});

Deno.test("periodsOf() are the months, days or hours of the calendar for which a dataset has a folder", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const quotes: Dataset = { folder: "quotes", grain: "hour", file: "quotes.parquet" };
  for (const hour of ["2026-09-01T23", "2026-09-01T08", "2026-09-01T24", "2026-02-30T08"]) {
    put(layout.partition(quotes, "DETR", hour), 1);
  }
  for (const month of ["2026-09", "2026-13", "2025-12"]) {
    put(layout.partition(TRADES_BY_MONTH, "DETR", month), 1);
  }
  assert.deepEqual(periodsOf(layout, quotes, "DETR"), ["2026-09-01T08", "2026-09-01T23"]);
  assert.deepEqual(periodsOf(layout, TRADES_BY_MONTH, "DETR"), ["2025-12", "2026-09"]);
  put(layout.partition(quotes, "DETR", "2026-10-01T08"), 1);
  assert.deepEqual(periodsOf(layout, quotes, "DETR", "2026-09"), ["2026-09-01T08", "2026-09-01T23"]);
  assert.deepEqual(periodsOf(layout, quotes, "DETR", "2026-10-01"), ["2026-10-01T08"]);
  assert.deepEqual(periodsOf(layout, quotes, "DETR", "2025-09"), []);
});

Deno.test("newestStoredDates() returns the last stored dates, whether stored as Parquet or as raw files", () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  assert.deepEqual(newestStoredDates(layout, "DETR", 3), []);
  for (const date of ["2025-12-30", "2026-08-31", "2026-09-02", "2026-09-04"]) {
    put(layout.partition(TRADES_BY_DAY, "DETR", date), 1);
  }
  for (const date of ["2026-09-02", "2026-09-03"]) put(layout.rawFile(minuteFile("DETR", date, 500)), 1);
  put(layout.rawFile(minuteFile("DETR", "2026-09-05", 500, "pretrade")), 1);
  for (const count of [1, 3, 4, 9]) {
    assert.deepEqual(newestStoredDates(layout, "DETR", count), storedDates(layout, "DETR").slice(-count));
  }
});
