import assert from "node:assert/strict";
import { coverage, coverageOf, type OwnCoverage } from "../../../src/collect/monitor/day_coverage.ts";
import { type Collected, TRADES_COLLECTED } from "../../../src/collect/collected.ts";
import { KnownDays } from "../../../src/collect/monitor/known_days.ts";
import type { DayOutline } from "../../../src/collect/monitor/day_outline.ts";
import { expectedFiles } from "../../../src/feed/calendar/expected_files.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { dailyFile, type MinuteFile } from "../../../src/feed/file_names.ts";
import { DamagedPartition } from "../../../src/store/damage.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import {
  adoptedKey,
  CREDITED,
  encodeLedger,
  type LedgerEntry,
  ledgerKey,
} from "../../../src/store/ledger.ts";
import { type LedgerOutline, NO_OUTLINE, outlineOf } from "../../../src/store/ledger_outline.ts";
import { publishPartition } from "../../../src/store/partition.ts";
import type { SpooledFile } from "../../../src/store/spool/spooled_file.ts";
import { berlin } from "../../daemon/berlin.ts";
import { temporaryDirectory } from "../../e2e/harness.ts";

// A Tuesday of summer: the first hour of its names is of the UTC date before.
const DATE = "2026-09-01";
const EVE = "2026-08-31";
const OVER = berlin("2026-09-02 09:00").epochMilliseconds;
const NOON = berlin("2026-09-01 12:00").epochMilliseconds;
const MINUTES = expectedFiles("DETR", DATE);
const DAILY = ledgerKey(dailyFile("DETR", DATE));
const FETCHED: LedgerEntry = { rows: 7, rejected: 0, digest: "0123456789abcdef" };

function entriesOf(files: readonly MinuteFile[], entry: LedgerEntry = FETCHED): [string, LedgerEntry][] {
  return files.map((file) => [ledgerKey(file), entry]);
}

const ofEve = MINUTES.filter(({ date }) => date === EVE);
const ofDay = MINUTES.filter(({ date }) => date === DATE);

/** The coverage of the day when its ledger and that of the date before hold these entries. */
function covered(
  onEve: Iterable<[string, LedgerEntry]>,
  onDay: Iterable<[string, LedgerEntry]>,
  { now = OVER, ...known }: Partial<DayOutline> & { now?: number } = {},
): OwnCoverage {
  const nothing = { rows: 0, spooled: [], waiting: [], damage: null };
  const eve = { date: EVE, ledger: outlined(onEve), ...nothing };
  const day = { date: DATE, ledger: outlined(onDay), ...nothing, rows: 70, ...known };
  return coverageOf("DETR", eve, day, now);
}

function outlined(entries: Iterable<[string, LedgerEntry]>): LedgerOutline {
  return outlineOf(encodeLedger(new Map(entries)));
}

function spooled(file: MinuteFile): SpooledFile {
  return { file, path: `/spool/${file.name}`, version: null };
}

Deno.test("a trading day is whole by its minutes, by its daily file, or by both; then it is reconciled", () => {
  const facts = { date: DATE, closes: null, state: "whole", missing: 0, waiting: 0, trades: 70 };
  assert.deepEqual(covered(entriesOf(ofEve), entriesOf(ofDay)), {
    ...facts,
    ...{ sources: ["minutes"], reconciled: false, raw: "deleted" },
  });
  const credited = { ...FETCHED, digest: CREDITED };
  const byDaily = covered(entriesOf(ofEve, credited), [...entriesOf(ofDay, credited), [DAILY, FETCHED]]);
  assert.deepEqual(byDaily, { ...facts, sources: ["daily"], reconciled: true, raw: "deleted" });
  const byBoth = covered([], [...entriesOf(ofDay), [DAILY, FETCHED]]);
  assert.deepEqual(byBoth, { ...facts, sources: ["minutes", "daily"], reconciled: true, raw: "deleted" });
});

Deno.test("a day's first hour in summer lies on the date before: without it the day is incomplete", () => {
  const { state, missing } = covered([], entriesOf(ofDay));
  assert.deepEqual([state, missing], ["incomplete", 60]);
});

Deno.test("a daily file that contradicts the minute files does not reconcile them", () => {
  const withheld: LedgerEntry = { ...FETCHED, rejected: 30, judged: "withheld" };
  const { reconciled, sources } = covered(entriesOf(ofEve), [...entriesOf(ofDay), [DAILY, withheld]]);
  assert.deepEqual([reconciled, sources], [false, ["minutes", "daily"]]);
});

Deno.test("a day without any data is absent, and one whose files only wait in the spool is incomplete", () => {
  const { state, missing, sources, raw } = covered([], []);
  assert.deepEqual([state, missing, sources, raw], ["absent", 1321, [], null]);
  const files = MINUTES.slice(600, 610).map(spooled);
  const waiting = covered([], [], { spooled: files, waiting: files });
  assert.deepEqual([waiting.state, waiting.waiting, waiting.missing], ["incomplete", 10, 1311]);
});

Deno.test("in summer, files of the next day's first hour that wait on the date of a day are those of the next day", () => {
  const next = expectedFiles("DETR", "2026-09-02").filter(({ date }) => date === DATE).slice(0, 5).map(
    spooled,
  );
  const day = covered(entriesOf(ofEve), entriesOf(ofDay), { spooled: next, waiting: next });
  assert.deepEqual([day.state, day.waiting], ["whole", 0]);
  const eve = { date: DATE, ledger: NO_OUTLINE, rows: 0, spooled: next, waiting: next, damage: null };
  const nothing = { date: "2026-09-02", ledger: NO_OUTLINE, rows: 0, spooled: [], waiting: [], damage: null };
  const { state, waiting } = coverageOf("DETR", eve, nothing, berlin("2026-09-02 01:30").epochMilliseconds);
  assert.deepEqual([state, waiting], ["open", 5]);
});

Deno.test("a day that is not over is open, and only minutes that are due are missing", () => {
  const until = MINUTES.slice(0, 600).filter(({ date }) => date === DATE);
  const { state, missing } = covered(entriesOf(ofEve), entriesOf(until), { now: NOON });
  assert.deepEqual([state, missing], ["open", 41 + 1]);
});

Deno.test("a day with a damaged partition is damaged; a day of the predecessor has no missing minutes", () => {
  const damage = new DamagedPartition("/x/trades.parquet", "its bytes do not match their digest");
  assert.equal(covered([], [], { damage }).state, "damaged");
  const adopted = covered([], [[adoptedKey("0123456789abcdef"), FETCHED]]);
  assert.deepEqual([adopted.state, adopted.sources, adopted.raw], ["incomplete", ["predecessor"], null]);
});

Deno.test("raw files are kept, deleted, or there in part; second versions and daily files count as well", () => {
  const [first, second] = ofDay.slice(600);
  const raw = (files: readonly SpooledFile[]) =>
    covered([], [...entriesOf([first, second]), [`${ledgerKey(first)}~0123456789abcdef`, FETCHED]], {
      spooled: files,
    }).raw;
  const again = { ...spooled(first), version: "0123456789abcdef" };
  assert.equal(raw([spooled(first), spooled(second), again]), "kept");
  assert.equal(raw([spooled(first), spooled(second)]), "in part");
  assert.equal(raw([]), "deleted");
});

/** A store with the daily file of each of these trading days, of 10 trades the first, 20 the second … */
async function storeOf(dir: string, dates: readonly string[]): Promise<Layout> {
  const layout = new Layout(dir);
  for (const date of dates) {
    const ledger = new Map([[ledgerKey(dailyFile("DETR", date)), { ...FETCHED, rows: 0 }]]);
    await publishPartition(layout.partition(TRADES_BY_DAY, "DETR", date), [], ledger, {
      type: TRADES,
      createdBy: "test",
      breathe: () => Promise.resolve(),
    });
  }
  return layout;
}

/** Weekdays of 2026 but 1 January, Good Friday, Easter Monday, 1 May, 24, 25 and 31 December, as the exchange has it. */
function sessionsOf2026(): string[] {
  const closed = ["01-01", "04-03", "04-06", "05-01", "12-24", "12-25", "12-31"];
  return Array.from({ length: 365 }, (_, day) => Temporal.PlainDate.from("2026-01-01").add({ days: day }))
    .filter(({ dayOfWeek }) => dayOfWeek <= 5).map(String).filter((date) => !closed.includes(date.slice(5)));
}

Deno.test("a year's coverage has each trading day once, and finds the holes that were made in it", async () => {
  using dir = temporaryDirectory();
  const sessions = sessionsOf2026();
  const holes = ["2026-02-17", "2026-09-24", "2026-09-25"];
  const layout = await storeOf(dir.path, sessions.filter((date) => !holes.includes(date)));
  const now = berlin("2026-12-31 12:00").epochMilliseconds;
  const days = await Array.fromAsync(coverage(layout, "DETR", {}, now));
  assert.deepEqual(days.map(({ date }) => date), sessions);
  assert.deepEqual(days.filter(({ state }) => state !== "whole").map(({ date }) => date), holes);
  const range = { from: "2026-02-14", to: "2026-02-18" };
  const few = await Array.fromAsync(coverage(layout, "DETR", range, now));
  assert.deepEqual(few.map(({ date, state }) => `${date} ${state}`), [
    "2026-02-16 whole",
    "2026-02-17 absent",
    "2026-02-18 whole",
  ]);
});

Deno.test("without stored data there are no days unless a range is requested, and future days are left out", async () => {
  using dir = temporaryDirectory();
  const layout = new Layout(dir.path);
  const now = berlin("2026-09-03 08:00").epochMilliseconds;
  assert.deepEqual(await Array.fromAsync(coverage(layout, "DETR", {}, now)), []);
  const asked = await Array.fromAsync(
    coverage(layout, "DETR", { from: "2026-09-01", to: "2026-09-30" }, now),
  );
  assert.deepEqual(asked.map(({ date, state }) => `${date} ${state}`), [
    "2026-09-01 absent",
    "2026-09-02 absent",
  ]);
});

Deno.test("the usual volume is the median of the ten trading days before, and unknown with fewer than three", async () => {
  using dir = temporaryDirectory();
  const sessions = sessionsOf2026().slice(0, 5);
  const layout = await storeOf(dir.path, sessions);
  const now = berlin("2026-01-31 12:00").epochMilliseconds;
  const days = await Array.fromAsync(coverage(layout, "DETR", { to: sessions[4] }, now));
  assert.deepEqual(days.map(({ usual }) => usual), [null, null, null, 0, 0]);
});

Deno.test("days that are known are given again without a footer being read, but for a day that is not over", async () => {
  using dir = temporaryDirectory();
  const sessions = sessionsOf2026().slice(0, 6);
  const layout = await storeOf(dir.path, sessions);
  let footers = 0;
  const counting: Collected = {
    ...TRADES_COLLECTED,
    readOutline: (...args) => {
      footers++;
      return TRADES_COLLECTED.readOutline(...args);
    },
  };
  const known = new KnownDays<OwnCoverage>(layout);
  const now = berlin(`${sessions[5]} 12:00`).epochMilliseconds;
  const range = { from: sessions[0] };
  const look = () => Array.fromAsync(coverage(layout, "DETR", range, now, counting, known));
  const first = await look();
  const unknown = await Array.fromAsync(coverage(layout, "DETR", range, now));
  assert.deepEqual(first, unknown);
  footers = 0;
  assert.deepEqual(await look(), first);
  assert.equal(footers, 2, "of today, and of the date before");
});
