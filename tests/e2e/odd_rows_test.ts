/** What the exchange really sends, with all that it leaves out, compared with what is stored, for every venue. */
import assert from "node:assert/strict";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { closing, daemonArgs, ended, heard, isNextCycleTold, linesOf, upToDate } from "./daemon_program.ts";
import { assertForeseen, logOf, reached, treeOf } from "./evidence.ts";
import { downloadsDuring, duckdb, fetchArgs, startProgram, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertStoresTruth, storedTable } from "./truth.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
/** An hour of trading: more minutes than are fetched one by one when there is a daily file. */
const DAYS = VENUES.map((venue) => ({
  venue,
  date: "2026-09-01",
  trades: 3_000,
  minutes: { from: 480, until: 540 },
  untidiness: ODD,
}));

Deno.test("odd rows of four venues are all stored from minute files, nulls included, and a second run changes nothing", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  const downloads = await downloadsDuring(replica, () => fetched(replica, dir.path));
  assert.equal(downloads.length, 4 * 60);
  await assertWhole(replica, dir.path);
});

Deno.test("a daemon stores odd rows of four venues, and status --check finds nothing wrong with them", async () => {
  const now = VENUES.map(upToDate);
  await using replica = await startReplica({ days: [...DAYS, ...now], files: closing(...now) });
  using dir = temporaryDirectory();
  await using daemon = startProgram(daemonArgs(replica, dir.path, { venues: VENUES }));
  await heard(daemon, / - Cycle 1: /);
  for (const venue of VENUES) {
    await reached(daemon, `word of the next cycle of ${venue}`, () => isNextCycleTold(dir.path, venue));
  }
  const check = await runInOneProcess(["--wrk-dir", dir.path, "status", ...VENUES, "--check"]);
  assert.equal(check.stdout, "DETR: fine\n", "the worst of the venues");
  assertForeseen(check, 0);
  assert.deepEqual(linesOf(await ended(daemon, "SIGTERM"), "ERROR"), []);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("the same holds for daily files, with one request per venue except for minutes without a row in them", async () => {
  await using replica = await startReplica({ days: DAYS, daily: true });
  using dir = temporaryDirectory();
  const downloads = await downloadsDuring(replica, () => fetched(replica, dir.path));
  assert.equal(downloads.filter((name) => name.includes("-daily-")).length, 4);
  await assertWhole(replica, dir.path);
});

Deno.test("a daily file of odd rows reconciles the odd minutes that came before it, and adds the others", async () => {
  await using replica = await startReplica({
    days: DAYS,
    daily: true,
    listed: { until: "2026-09-01T08:30" },
  });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  replica.listed.until = null;
  const downloads = await downloadsDuring(replica, () => fetched(replica, dir.path));
  assert.equal(downloads.filter((name) => name.includes("-daily-")).length, 4);
  await assertWhole(replica, dir.path);
});

/**
 * The truth is stored with its nulls, verify finds it intact, and another run requests nothing and changes no byte.
 */
async function assertWhole(replica: Replica, dir: string): Promise<void> {
  assert.ok(await assertStoresTruth(dir, replica) > 4 * 2_500);
  await assertHasNulls(dir);
  const verified = await runInOneProcess([
    "--wrk-dir",
    dir,
    "verify",
    ...VENUES,
    "--api-url",
    replica.apiUrl,
  ]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  const before = treeOf(`${dir}/data`);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir)), []);
  assert.deepEqual(treeOf(`${dir}/data`), before);
}

/** Asserts that there are nulls: without any, the comparison with the truth would not test them. */
async function assertHasNulls(dir: string): Promise<void> {
  using db = await duckdb();
  const [row] = await db.rows(
    `SELECT count(*) FILTER (trading_date_time IS NULL AND price = 0) AS timeless, ` +
      `count(*) FILTER (pending_price = 'U' AND price IS NULL) AS pending, ` +
      `count(*) FILTER (quantity = 0) AS zero, count(*) FILTER (quantity IS NULL) AS missing, ` +
      `count(*) FILTER (price_currency IS NULL) AS worthless FROM ${storedTable(dir)}`,
  );
  for (const [what, count] of Object.entries(row)) assert.ok(Number(count) > 5, `${what}: ${count}`);
}

async function fetched(replica: Replica, dir: string): Promise<void> {
  const run = await runInOneProcess(fetchArgs(replica, dir, VENUES));
  assertForeseen(run, 0);
  assert.deepEqual(logOf(run).filter((line) => line.startsWith("ERROR ")), []);
}
