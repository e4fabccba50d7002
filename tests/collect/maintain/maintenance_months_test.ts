import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { lookAfter } from "../../../src/collect/maintain/maintenance.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../../src/store/datasets.ts";
import { readMonth } from "../../../src/store/month/stored_month.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { lines, Venue } from "../daily_files.ts";
import { clockAt, toolsOf } from "./maintenance_tools.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const MONTH = "2026-09";
const [FIRST, LAST] = ["2026-09-29", "2026-09-30"];
const NEVER = new AbortController().signal;

/** A venue with two stored days at the end of a month, and the maintenance of its daemon. */
async function endOfMonth() {
  const venue = new Venue();
  const path = venue.layout.partition(TRADES_BY_MONTH, "DETR", MONTH);
  for (const date of [FIRST, LAST]) await venue.minute(`${date}T09:00`, lines(`${date}T09:00`, 10));
  return {
    venue,
    path,
    partition: venue.layout.partition(TRADES_BY_DAY, "DETR", LAST),
    /** What the first cycle after this time does, fetching aside. */
    maintenance: (time: string) => lookAfter("DETR", toolsOf(venue, clockAt(Date.parse(`${time}Z`))), NEVER),
    days: async () => (await readMonth(path, TRADES))!.days.map(({ date, rows }) => [date, rows]),
    tree: () => treeOf(venue.layout.venues(TRADES_BY_MONTH)),
    [Symbol.dispose]: () => venue[Symbol.dispose](),
  };
}

Deno.test("a month file is made when the month has been over for an hour, and is left alone until one of its days changes", async () => {
  using month = await endOfMonth();
  await month.maintenance("2026-09-30T23:59:59");
  assert.ok(!existsSync(month.path), "its last day is not over");
  await month.maintenance("2026-10-01T00:59:59");
  assert.ok(!existsSync(month.path), "its last files are listed a quarter of an hour after it");
  await month.maintenance("2026-10-02T00:00:00");
  assert.deepEqual(await month.days(), [[FIRST, 10], [LAST, 10]]);
  const before = month.tree();
  await month.maintenance("2026-10-03T00:00:00");
  assert.deepEqual(month.tree(), before);
});

Deno.test("a day that is stored late is added to the file of its month, even a year later, by the next day's maintenance", async () => {
  using month = await endOfMonth();
  await month.maintenance("2026-10-01T08:00:00");
  await month.venue.minute(`${LAST}T09:01`, lines(`${LAST}T09:01`, 5, 100));
  await month.venue.minute("2026-09-01T09:00", lines("2026-09-01T09:00", 1));
  await month.maintenance("2026-10-01T18:00:00");
  assert.deepEqual(await month.days(), [[FIRST, 10], [LAST, 10]], "it was done today");
  await month.maintenance("2027-10-02T08:00:00");
  assert.deepEqual(await month.days(), [["2026-09-01", 1], [FIRST, 10], [LAST, 15]]);
});

Deno.test("a month is not made while one of its days is damaged; the rest of the maintenance goes on", async () => {
  using month = await endOfMonth();
  const whole = Deno.readFileSync(month.partition);
  Deno.writeFileSync(month.partition, whole.with(50, whole[50] ^ 1));
  await month.maintenance("2026-10-10T08:00:00");
  assert.ok(!existsSync(month.path));
  assert.deepEqual(month.venue.spool.dates(), [LAST], "what is proved was cleaned, the damaged day kept");
  Deno.writeFileSync(month.partition, whole);
  await month.maintenance("2026-10-11T08:00:00");
  assert.deepEqual(await month.days(), [[FIRST, 10], [LAST, 10]]);
});

Deno.test("a month file is never replaced by one with fewer trades: it is left alone when a day has vanished or shrunk", async () => {
  using month = await endOfMonth();
  await month.maintenance("2026-10-02T08:00:00");
  const before = month.tree();
  Deno.copyFileSync(month.venue.layout.partition(TRADES_BY_DAY, "DETR", FIRST), month.partition);
  await month.venue.minute("2026-09-01T09:00", lines("2026-09-01T09:00", 1));
  Deno.removeSync(month.venue.layout.partition(TRADES_BY_DAY, "DETR", FIRST));
  await month.maintenance("2026-10-03T08:00:00");
  assert.deepEqual(month.tree(), before);
});

Deno.test("maintenance that is interrupted while it makes a month leaves nothing behind, and makes it in the next cycle", async () => {
  using month = await endOfMonth();
  const clock = clockAt(Date.parse("2026-10-02T08:00:00Z"));
  const stop = new AbortController();
  const beside = dirname(month.path);
  const stopper = {
    now: () => clock.now(),
    monotonic: () => clock.millis += 25, // longer than a slice: the work pauses whenever it may
    sleep: async () => {
      if (existsSync(beside)) stop.abort(new Error("stopped"));
      await Promise.resolve(stop.signal.throwIfAborted());
    },
  };
  const tools = { ...toolsOf(month.venue, clock), clock: stopper };
  await assert.rejects(lookAfter("DETR", tools, stop.signal), /stopped/);
  assert.deepEqual(readdirSync(beside), []);
  await month.maintenance("2026-10-02T09:00:00");
  assert.deepEqual(await month.days(), [[FIRST, 10], [LAST, 10]]);
});
