import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { Random } from "../../scripts/replica/random.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { duckdb, fetchArgs, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth, storedTable } from "../e2e/truth.ts";
import { flip } from "../e2e/verified.ts";
import { everyRound } from "./extent.ts";

/** The trading days of a simulated month, or a sample of them. */
const DATES = weekdaysFrom("2026-09-01", everyRound ? 22 : 5);
/** A collector that is up fetches once in each stretch of a day, and then takes what the other has. */
const STRETCHES = everyRound ? 4 : 2;
const MINUTES_A_STRETCH = 3;

/** What befalls one of the two collectors on a day, the other being up. */
interface Loss {
  readonly collector: number;
  /** The stretches of this day in which it is down. */
  readonly down: readonly number[];
  /** The stretch before which its disk is replaced by an empty one; null when it is not. */
  readonly disk: number | null;
  /** The stretch before which all its partitions are damaged; null when they are not. */
  readonly damage: number | null;
}

Deno.test("of two collectors that lose hours, days, disks and what lies on these at random, never both at once, each has the truth by merges and repairs, and one alone has not", async () => {
  const seed = Deno.env.get("XETRA_PARQED_SEED") ?? String(Date.now() % 2 ** 31);
  const losses = lossesOf(new Random(seed));
  console.log(`seed ${seed}: ${DATES.length} days, ${losses.map(wordOf).join(", ")}`);
  await using replica = await startReplica({ days: DATES.map(dayOf) });
  using one = temporaryDirectory();
  using other = temporaryDirectory();
  using alone = temporaryDirectory();
  const pair = [one.path, other.path];
  for (const [day, date] of DATES.entries()) {
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      list(replica, DATES[Math.max(0, day - 1)], date, stretch);
      const { collector, down, disk, damage } = losses[day];
      const isDown = (index: number) => index === collector && down.includes(stretch);
      if (disk === stretch) emptyDisk(pair[collector]);
      if (damage === stretch) await damageAndRepair(replica, pair[collector], pair[1 - collector]);
      if (disk === stretch && collector === 0) emptyDisk(alone.path);
      for (const dir of pair.filter((_, index) => !isDown(index))) await collect(replica, dir);
      if (!isDown(0)) await collect(replica, alone.path);
      if (down.includes(stretch)) continue;
      await merge(one.path, other.path);
      await merge(other.path, one.path);
    }
  }
  const trades = await assertStoresTruth(one.path, replica);
  assert.equal(await assertStoresTruth(other.path, replica), trades);
  assert.ok(await tradesIn(alone.path) < trades);
});

/** A day on which both are up. */
const CALM: Loss = { collector: 1, down: [], disk: null, damage: null };
const WHOLE_DAY = Array.from({ length: STRETCHES }, (_, stretch) => stretch);

/** The first collector's outage comes first: what the exchange deletes meanwhile it can only have from the other. */
function lossesOf(random: Random): Loss[] {
  const losses: Loss[] = [CALM, ...outage(0)];
  while (losses.length < DATES.length) {
    const collector = random.below(2);
    const [from, to] = [random.below(STRETCHES), random.below(STRETCHES)];
    const hours = WHOLE_DAY.filter((stretch) => stretch >= from && stretch < to);
    losses.push(...random.pick([
      [{ ...CALM, collector, down: hours }],
      [{ ...CALM, collector, disk: from }],
      [{ ...CALM, collector, damage: from }],
      outage(collector),
    ]));
  }
  // On the last day both have merged once before the damage: an outage may have been cut short by it.
  return [...losses.slice(0, DATES.length - 1), { ...CALM, damage: 1 }];
}

/** Two days, and one on which the other must not fail: it alone has what came meanwhile until they have merged. */
function outage(collector: number): Loss[] {
  const down = { ...CALM, collector, down: WHOLE_DAY };
  return [down, down, CALM];
}

function wordOf({ collector, down, disk, damage }: Loss): string {
  if (damage !== null) return `partitions of ${collector}`;
  if (disk !== null) return `disk of ${collector}`;
  return down.length === 0 ? "nothing" : `${down.length} of ${STRETCHES} stretches of ${collector}`;
}

/** The exchange keeps a file until the end of the following trading day. */
function list({ listed }: Replica, from: string, date: string, stretch: number): void {
  listed.from = `${from}T00:00`;
  listed.until = `${date}T08:${String((stretch + 1) * MINUTES_A_STRETCH).padStart(2, "0")}`;
}

async function collect(replica: Replica, dir: string): Promise<void> {
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 0);
}

/** Nothing can be taken from a disk that is empty. */
async function merge(ours: string, theirs: string): Promise<void> {
  if (filesBelow(`${theirs}/data`).length === 0) return;
  assertForeseen(await runInOneProcess(["--wrk-dir", ours, "merge", "DETR", "--from", theirs]), 0);
}

function emptyDisk(dir: string): void {
  for (const path of filesBelow(`${dir}/data`)) Deno.removeSync(path);
}

/** Of days whose raw files are gone, the other has what cannot be rebuilt. */
async function damageAndRepair({ apiUrl }: Replica, ours: string, theirs: string): Promise<void> {
  const partitions = filesBelow(`${ours}/data/de/xetra/trades`);
  if (partitions.length === 0) return;
  for (const path of filesBelow(`${ours}/data/de/xetra/raw`)) Deno.removeSync(path);
  for (const path of partitions) flip(path, 1_000);
  const args = ["verify", "DETR", "--repair", "--from", theirs, "--api-url", apiUrl];
  assertForeseen(await runInOneProcess(["--wrk-dir", ours, ...args]), 0);
}

async function tradesIn(dir: string): Promise<number> {
  using db = await duckdb();
  return Number(await db.value(`SELECT count(*) FROM ${storedTable(dir)}`));
}

function dayOf(date: string): DaySpec {
  const minutes = { from: 480, until: 480 + STRETCHES * MINUTES_A_STRETCH };
  return { venue: "DETR", date, trades: 60, minutes };
}

function weekdaysFrom(first: string, count: number): string[] {
  const dates: string[] = [];
  for (let date = Temporal.PlainDate.from(first); dates.length < count; date = date.add({ days: 1 })) {
    if (date.dayOfWeek <= 5) dates.push(date.toString());
  }
  return dates;
}
