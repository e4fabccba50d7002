import assert from "node:assert/strict";
import { join } from "node:path";
import { DayFiles } from "../../src/derive/days/day_files.ts";
import { areCurrent } from "../../src/derive/days/read_days.ts";
import { keepBars, type KeptBars } from "../../src/derive/keep_bars.ts";
import { PartitionIndex } from "../../src/derive/partition_index.ts";
import { DamagedPartition } from "../../src/store/damage.ts";
import { BARS_1D, BARS_1M } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { partitionPath, temporaryDirectory } from "../e2e/harness.ts";
import { trade, type TradeInput } from "../store/trades.ts";
import { publishRows } from "./stores.ts";
import type { PlacedRow } from "./stories.ts";

/** A trade at 08:34 UTC of a date, by default in the partition of that date. */
function traded(date: string, columns: TradeInput = {}, partition = date): PlacedRow {
  const usual = {
    trading_date_time: `${date}T08:34:00Z`,
    distribution_time: `${date}T08:34:01Z`,
    transaction_id: date,
    modification_flag: "-",
    trading_mode: "2",
  };
  return { date: partition, row: trade({ ...usual, ...columns }) };
}

const breathe = () => Promise.resolve();
/** When the names of the minutes of Xetra's trading are all listed: 17:40 and 14 minutes in Frankfurt. */
const EVENING = Date.parse("2026-09-02T15:54:00Z");

function keep(
  dir: string,
  published: readonly string[],
  now = EVENING,
  gentle: () => Promise<void> = breathe,
): Promise<KeptBars> {
  const layout = new Layout(dir);
  const tools = { layout, createdBy: "a test", breathe: gentle };
  return keepBars(new PartitionIndex(layout, "DETR", gentle), published, now, tools);
}

const made = (
  { days, months }: KeptBars,
) => [...days.map(({ date }) => date), ...months.map(({ month }) => month)];

Deno.test("after a publication the bars of a minute are made, and those of a day when its trading is over", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", [traded("2026-09-02")]);
  assert.deepEqual(made(await keep(dir.path, ["2026-09-02"], EVENING - 1)), ["2026-09-02"]);
  assert.deepEqual(made(await keep(dir.path, [], EVENING)), ["2026-09"]);
  assert.deepEqual(made(await keep(dir.path, ["2026-09-02"])), []);
});

Deno.test("days for which a partition has late rows are made again, and a day that an amendment may have left", async () => {
  using dir = temporaryDirectory();
  const days = ["2026-08-27", "2026-08-28", "2026-08-31", "2026-09-01"];
  await publishRows(dir.path, "DETR", days.map((day) => traded(day)));
  assert.deepEqual(made(await keep(dir.path, days)), [...days, "2026-08"]);
  assert.deepEqual(made(await keep(dir.path, [])), ["2026-09"]);
  await publishRows(dir.path, "DETR", [
    traded("2026-09-02"),
    traded("2026-08-28", { modification_flag: "A", price: 7 }, "2026-09-02"),
  ]);
  assert.deepEqual(made(await keep(dir.path, ["2026-09-02"])), [
    "2026-08-27",
    "2026-08-28",
    "2026-09-02",
    "2026-08",
  ]);
  assert.deepEqual(made(await keep(dir.path, [])), ["2026-09"]);
  assert.deepEqual(made(await keep(dir.path, ["2026-09-02"])), []);
});

Deno.test("bars that were missed after the last publications are made later, and so are months without stored bars of a day", async () => {
  using dir = temporaryDirectory();
  const days = ["2026-07-30", "2026-08-31", "2026-09-01", "2026-09-02"];
  await publishRows(dir.path, "DETR", days.map((day) => traded(day)));
  assert.deepEqual(made(await keep(dir.path, [])), [...days.slice(1), "2026-07"]);
  assert.deepEqual(made(await keep(dir.path, [])), ["2026-08"]);
  assert.deepEqual(made(await keep(dir.path, [])), ["2026-09"]);
  const layout = new Layout(dir.path);
  Deno.removeSync(layout.partition(BARS_1M, "DETR", "2026-08-31"));
  Deno.removeSync(layout.partition(BARS_1D, "DETR", "2026-08"));
  assert.deepEqual(made(await keep(dir.path, [])), ["2026-08-31", "2026-08"]);
});

Deno.test("one month of bars of a day is made at a time, the oldest first, and the number of months left is reported", async () => {
  using dir = temporaryDirectory();
  const days = ["2026-05-29", "2026-06-30", "2026-07-30", "2026-08-31", "2026-09-02"];
  await publishRows(dir.path, "DETR", days.map((day) => traded(day)));
  const cycles = [];
  for (const _ of days) cycles.push(await keep(dir.path, []));
  assert.deepEqual(cycles.map(({ months }) => months.map(({ month }) => month)), [
    ["2026-05"],
    ["2026-06"],
    ["2026-07"],
    ["2026-08"],
    ["2026-09"],
  ]);
  assert.deepEqual(cycles.map(({ monthsLeft }) => monthsLeft), [4, 3, 2, 1, 0]);
  assert.deepEqual(made(await keep(dir.path, [])), []);
});

Deno.test("a correction of an old month is carried through the later ones, also when its partition is not published again", async () => {
  using dir = temporaryDirectory();
  const days = ["2026-05-29", "2026-06-30", "2026-08-28", "2026-08-31", "2026-09-02"];
  await publishRows(dir.path, "DETR", days.map((day) => traded(day)));
  for (const _ of days) await keep(dir.path, []);
  await publishRows(dir.path, "DETR", [traded("2026-05-29", { transaction_id: "late", price: 7 })]);
  assert.deepEqual(made(await keep(dir.path, ["2026-05-29"])), ["2026-05-29", "2026-05"]);
  const cycles = [await keep(dir.path, []), await keep(dir.path, []), await keep(dir.path, [])];
  assert.deepEqual(cycles.map(made), [["2026-06"], ["2026-08"], ["2026-09"]]);
  assert.deepEqual(made(await keep(dir.path, [])), []);
});

Deno.test("a late row of a month before the first stored one gets its bars once, and then nothing is to be made", async () => {
  using dir = temporaryDirectory();
  const late = traded("2026-06-30", {}, "2026-09-02");
  await publishRows(dir.path, "DETR", [traded("2026-08-31"), traded("2026-09-02"), late]);
  const cycles = [];
  for (let cycle = 0; cycle < 4; cycle++) cycles.push(await keep(dir.path, []));
  assert.deepEqual(cycles.map(({ months }) => months.map(({ month }) => month)), [
    ["2026-06"],
    ["2026-08"],
    ["2026-09"],
    [],
  ]);
  const index = new PartitionIndex(new Layout(dir.path), "DETR", breathe);
  assert.ok(await areCurrent(new DayFiles(index, EVENING), ["2026-06-30", "2026-09-02"]));
});

Deno.test("a damaged partition keeps the bars of its own days from being made, and no others", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ["2026-08-28", "2026-09-02"].map((day) => traded(day)));
  const path = partitionPath(dir.path, "DETR", "2026-08-28");
  const bytes = Deno.readFileSync(path);
  bytes[200] ^= 1;
  Deno.writeFileSync(path, bytes);
  const kept = await keep(dir.path, ["2026-08-28", "2026-09-02"]);
  assert.deepEqual(made(kept), ["2026-09-02", "2026-09"]);
  assert.ok(kept.failure instanceof DamagedPartition);
});

Deno.test("an error of the disk, and a signal, stop the work; both are reported and not thrown", async () => {
  using dir = temporaryDirectory();
  await publishRows(dir.path, "DETR", ["2026-09-01", "2026-09-02"].map((day) => traded(day)));
  Deno.writeTextFileSync(join(dir.path, "data/de/xetra/bars_1m"), "");
  const refused = await keep(dir.path, ["2026-09-01", "2026-09-02"]);
  assert.deepEqual(made(refused), []);
  assert.match(String(refused.failure), /bars_1m/);
  const reason = new Error("stop");
  const stopped = await keep(dir.path, ["2026-09-02"], EVENING, () => Promise.reject(reason));
  assert.deepEqual([made(stopped), stopped.failure], [[], reason]);
});
