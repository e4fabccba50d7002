import assert from "node:assert/strict";
import { absentOf, isOverdue, overdueFiles } from "../../../src/collect/monitor/absent.ts";
import { absentOn, datesBetween, firstTradingDay } from "../../../src/collect/monitor/absent_days.ts";
import type { DayInventory } from "../../../src/collect/inventory.ts";
import { expectedFiles } from "../../../src/feed/calendar/expected_files.ts";
import {
  dailyFile,
  type MinuteFile,
  minuteFile,
  POSTTRADE,
  type SourceFile,
} from "../../../src/feed/file_names.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { adoptedKey, CREDITED, type LedgerEntry, ledgerKey } from "../../../src/store/ledger.ts";
import type { SpooledFile } from "../../../src/store/spool/spooled_file.ts";
import { berlin } from "../../daemon/berlin.ts";
import { at } from "../situations.ts";

// A Tuesday of summer: its names are 2026-08-31T23_00 to 2026-09-01T21_00, UTC.
const DATE = "2026-09-01";
const EVE = "2026-08-31";
const ENTRY: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };
const WHOLE = expectedFiles("DETR", DATE);

const millis = (time: string) => berlin(time).epochMilliseconds;
const names = (files: readonly SourceFile[]) => new Set(files.map(({ name }) => name));

/** What is on disk when these files are in the ledgers of their dates, with what `known` says about both dates. */
function inventories(stored: readonly SourceFile[], known: Partial<DayInventory> = {}) {
  return new Map([EVE, DATE].map((date) => {
    const ledger = new Map(
      stored.filter((file) => file.date === date).map((file) => [ledgerKey(file), ENTRY]),
    );
    const day: DayInventory = { date, rows: 0, ledger, spooled: [], waiting: [], damage: null, ...known };
    return [date, day];
  }));
}

/** The first and the last name of these, and how many they are. */
function told(files: readonly MinuteFile[]): [first?: string, last?: string, count?: number] {
  if (files.length === 0) return [];
  const clock = ({ name }: MinuteFile) => name.slice(15, 31);
  return [clock(files[0]), clock(files.at(-1)!), files.length];
}

Deno.test("a name is overdue five minutes after the exchange lists it, and is not before", () => {
  const file = minuteFile("DETR", DATE, at("08:34"));
  assert.ok(!isOverdue(file, Date.UTC(2026, 8, 1, 8, 52, 59)));
  assert.ok(isOverdue(file, Date.UTC(2026, 8, 1, 8, 53)));
});

Deno.test("the exchange should list the names of today that are due, from 01:00 in Frankfurt on", () => {
  const overdue = (now: string) => told(overdueFiles("DETR", [WHOLE[500]], millis(now)));
  assert.deepEqual(overdue("2026-09-01 01:18"), []);
  assert.deepEqual(overdue("2026-09-01 01:19"), ["2026-08-31T23_00", "2026-08-31T23_00", 1]);
  assert.deepEqual(overdue("2026-09-01 10:30"), ["2026-08-31T23_00", "2026-09-01T08_11", 552]);
  assert.deepEqual(overdue("2026-09-01 23:30"), ["2026-08-31T23_00", "2026-09-01T21_00", 1321]);
});

Deno.test("the exchange should list a trading day until the end of the next one, over weekends and holidays", () => {
  const counted = (tradingDay: string, now: string) =>
    overdueFiles("DETR", [dailyFile("DETR", tradingDay)], millis(now)).length;
  assert.equal(counted("2026-09-01", "2026-09-02 00:30"), 1321);
  assert.equal(counted("2026-09-01", "2026-09-02 23:59"), 2 * 1321);
  assert.equal(counted("2026-09-01", "2026-09-03 00:01"), 0, "it may be on its way out");
  assert.equal(counted("2026-09-04", "2026-09-06 12:00"), 1321, "Friday's on a Sunday");
  assert.equal(counted("2026-09-04", "2026-09-07 23:59"), 2 * 1321);
  assert.equal(counted("2026-04-02", "2026-04-06 12:00"), 1321, "Thursday's at Easter");
  assert.equal(counted("2026-12-30", "2027-01-01 12:00"), 1321);
});

Deno.test("a day before the first listed one could not be fetched and is not absent; an empty listing says nothing", () => {
  const now = millis("2026-09-02 23:59");
  assert.equal(overdueFiles("DETR", [minuteFile("DETR", "2026-09-02", 600)], now).length, 1321);
  assert.deepEqual(overdueFiles("DETR", [], now), []);
});

Deno.test("absent is what is neither stored, credited, in the spool nor listed", () => {
  const [stored, credited, spooled, listed, ...rest] = WHOLE.slice(100);
  const days = inventories([stored]);
  const ledger = new Map([...days.get(DATE)!.ledger, [ledgerKey(credited), { ...ENTRY, digest: CREDITED }]]);
  const file: SpooledFile = { file: spooled, path: "/raw", version: null };
  days.set(DATE, { ...days.get(DATE)!, ledger, spooled: [file] });
  assert.deepEqual(absentOf(WHOLE, days, names([listed])), [...WHOLE.slice(0, 100), ...rest]);
});

Deno.test("minutes before the first stored one of a day are absent, on both of its dates", () => {
  const absent = absentOf(WHOLE, inventories(WHOLE.slice(90)), new Set());
  assert.deepEqual(told(absent), ["2026-08-31T23_00", "2026-09-01T00_29", 90]);
});

Deno.test("a daily file in the ledger accounts for its whole trading day, and for no other", () => {
  assert.deepEqual(absentOf(WHOLE, inventories([dailyFile("DETR", DATE)]), new Set()), []);
  assert.equal(absentOf(WHOLE, inventories([dailyFile("DETR", EVE)]), new Set()).length, 1321);
});

Deno.test("it is not known which minutes a damaged partition, or one of the predecessor, holds", () => {
  const damage = new DamagedPartition("/path", new Error("cut"));
  assert.deepEqual(absentOf(WHOLE, inventories([], { damage }), new Set()), []);
  const ledger = new Map([[adoptedKey(ENTRY.digest), ENTRY]]);
  assert.deepEqual(absentOf(WHOLE, inventories([], { ledger }), new Set()), []);
});

const collection = {
  services: [POSTTRADE],
  venue: "DETR",
  since: DATE,
  asked: millis("2026-09-03 12:00"),
  listed: new Set<string>(),
};
const dayOf = (date: string, stored: readonly SourceFile[] = []): DayInventory => ({
  ...inventories([]).get(DATE)!,
  date,
  ledger: new Map(stored.map((file) => [ledgerKey(file), ENTRY])),
});

Deno.test("absentOn() begins with the first trading day that has stored data", () => {
  const eve = (since: string) => told(absentOn(dayOf(EVE), dayOf(DATE), { ...collection, since })!);
  assert.deepEqual(eve("2026-09-02"), []);
  assert.deepEqual(eve(DATE), ["2026-08-31T23_00", "2026-08-31T23_59", 60]);
  assert.deepEqual(eve(EVE), ["2026-08-31T00_00", "2026-08-31T23_59", 1261 + 60]);
});

Deno.test("absentOn() leaves out files that came after the exchange was last asked, and files that it listed then", () => {
  const asked = millis("2026-09-01 10:30");
  const on = (known: Partial<typeof collection>) =>
    told(absentOn(dayOf(DATE), dayOf("2026-09-02"), { ...collection, ...known })!);
  assert.deepEqual(on({ asked }), ["2026-09-01T00_00", "2026-09-01T08_11", 492]);
  assert.deepEqual(on({ asked, listed: names(WHOLE.slice(100)) }), [
    "2026-09-01T00_00",
    "2026-09-01T00_39",
    40,
  ]);
});

Deno.test("absentOn() counts the last hour of a date as covered by the daily file of the next date", () => {
  const next = dayOf("2026-09-02", [dailyFile("DETR", "2026-09-02")]);
  assert.deepEqual(told(absentOn(dayOf(DATE), next, collection)!), [
    "2026-09-01T00_00",
    "2026-09-01T21_00",
    1261,
  ]);
});

Deno.test("absentOn() is null on dates for which no name is expected", () => {
  const on = (date: string) => absentOn(dayOf(date), dayOf(DATE), collection);
  assert.equal(on("2026-09-05"), null); // a Saturday
  assert.equal(on("2026-12-25"), null);
  assert.notEqual(on("2026-09-06"), null, "Monday's first hour");
});

Deno.test("firstTradingDay() is the trading day of the first file, which may be the day after its date", () => {
  assert.equal(firstTradingDay("DETR", dayOf(EVE, [WHOLE[0]])), DATE);
  assert.equal(firstTradingDay("DETR", dayOf(EVE, [WHOLE[0], minuteFile("DETR", EVE, 600)])), EVE);
  const spooled: SpooledFile[] = [{ file: WHOLE[0], path: "/raw", version: null }];
  assert.equal(firstTradingDay("DETR", { ...dayOf(EVE), spooled }), DATE);
  assert.equal(firstTradingDay("DETR", dayOf(EVE, [dailyFile("DETR", DATE)])), DATE, "its rows reach back");
  assert.equal(firstTradingDay("DETR", dayOf(EVE)), EVE);
});

Deno.test("datesBetween() adds the trading days between stored dates, and the days before them", () => {
  assert.deepEqual(datesBetween([]), []);
  assert.deepEqual(datesBetween([DATE]), [DATE]);
  assert.deepEqual(datesBetween(["2026-09-03", "2026-09-05", "2026-09-08"]), [
    "2026-09-03",
    "2026-09-04",
    "2026-09-05",
    "2026-09-06",
    "2026-09-07",
    "2026-09-08",
  ]);
  assert.deepEqual(datesBetween(["2026-12-23", "2026-12-29"]), [
    "2026-12-23",
    "2026-12-27",
    "2026-12-28",
    "2026-12-29",
  ]);
});
