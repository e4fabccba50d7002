import assert from "node:assert/strict";
import { dirname } from "node:path";
import { repairMonth } from "../../../src/collect/verify/repair_month.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { dayFiles, writeMonth } from "../../../src/store/month/month.ts";
import { lines, Venue } from "../daily_files.ts";

const MONTH = "2026-09";
const DATES = ["2026-09-01", "2026-09-02"];
const NOW = Date.UTC(2026, 9, 2);

/** Stores five trades of each date. */
async function store(venue: Venue, dates: readonly string[]): Promise<void> {
  for (const date of dates) await venue.minute(`${date}T09:00`, lines(`${date}T09:00`, 5, 10));
}

/** Makes the month's file, takes its days away, and cuts the file to so many bytes less. Returns its path. */
async function damagedMonth({ layout }: Venue, cut: number): Promise<string> {
  const path = layout.partition(TRADES_BY_MONTH, "DETR", MONTH);
  Deno.mkdirSync(dirname(path), { recursive: true });
  const publication = { type: TRADES, createdBy: "a test", breathe: () => Promise.resolve() };
  await writeMonth(path, dayFiles(layout, "DETR", MONTH), publication);
  for (const date of DATES) Deno.removeSync(layout.partition(TRADES_BY_DAY, "DETR", date));
  Deno.truncateSync(path, Deno.statSync(path).size - cut);
  return path;
}

for (const dates of [DATES, DATES.slice(0, 1)]) {
  Deno.test(`a month whose footer is gone, made of ${dates.length} of its days that another directory has, is not called proven`, async () => {
    using ours = new Venue();
    using theirs = new Venue();
    await store(ours, DATES);
    await store(theirs, dates);
    const path = await damagedMonth(ours, 100);
    const repair = await repairMonth(ours.publisher, MONTH, NOW, theirs.layout);
    assert.deepEqual([repair.kind, repair.path], ["rebuilt", path]);
    assert.ok(repair.kind === "rebuilt");
    assert.deepEqual([repair.rows, repair.proven], [5 * dates.length, false]);
  });
}
