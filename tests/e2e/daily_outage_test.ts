import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { rawDigest } from "../../src/store/spool/spooled_file.ts";
import { withLines } from "./changed_lines.ts";
import { ended, heard, idleDaemon, statusOf, type StatusReport, upToDate } from "./daemon_program.ts";
import { assertForeseen, jsonOf, logOf, onlyErrorOf, treeOf } from "./evidence.ts";
import { downloadsDuring, duckdb, partitionPath, rawPath, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DAILY, DATE, fetchDetr, fetched } from "./morning.ts";
import { reprocess } from "./reprocessed.ts";
import { assertStoresTruth, ledgerLines, storedTable } from "./truth.ts";
import { flip, type Verified, verify } from "./verified.ts";

const FIRST = `DETR-posttrade-${DATE}T08_00.json.gz`;
/** As many minutes as are fetched one by one. */
const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 600, minutes: { from: 480, until: 500 } };
const LARGE_DAY = { ...DAY, trades: 1_000 };

const isMinute = (name: string) => name.includes(`${DATE}T08_`);
const EMPTY = withLines(() => null);
const HALF = withLines((line, at) => at % 2 === 0 ? line : null);

for (const [what, shortfall] of [["empty", EMPTY], ["cut to half of their rows", HALF]] as const) {
  Deno.test(`twenty minute files that come ${what} are made up for by the daily file: 600 of 600, exit 0, one WARNING`, async () => {
    await using replica = await startReplica({ days: [DAY], daily: true });
    replica.inject("storage", shortfall, { name: isMinute });
    using dir = temporaryDirectory();
    const run = await fetched(replica, dir.path);
    assert.equal(await assertStoresTruth(dir.path, replica), 600);
    const warnings = issuesOf(run);
    assert.equal(warnings.length, 1, run.stderr);
    const [, added] = /missing and added/.test(warnings[0]) ? /, (\d+) missing/.exec(warnings[0])! : [];
    assert.ok(Number(added) >= 280, warnings[0]);
    assert.ok(
      warnings[0].startsWith(`WARNING ${DAILY} and the minute files: 600 trades compared, `) &&
        warnings[0].endsWith(`; 20 minute files fell short, the first: ${FIRST}`),
      warnings[0],
    );
    assert.deepEqual(
      (await ledgerLines(partitionPath(dir.path, "DETR", DATE))).filter((line) => line.startsWith("daily")),
      [`daily-${DATE} 600 0 ${rawDigest(rawPath(dir.path, DAILY))}`],
    );

    const before = treeOf(dir.of("data"));
    const later = await fetched(replica, dir.path);
    assert.deepEqual(issuesOf(later), []);
    assert.ok(logOf(later).includes("INFO All available data already stored for DETR"));
    assertForeseen(await verify(replica, dir.path), 0);
    assert.deepEqual(treeOf(dir.of("data")), before, "a second run changes no byte");
    assertForeseen(await reprocess(dir.path, "--force"), 0);
    assert.equal(await assertStoresTruth(dir.path, replica), 600);
  });
}

Deno.test("a daily file that comes a day after twenty empty minute files makes up for them as well", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true, listed: { until: `${DATE}T08:20` } });
  replica.inject("storage", EMPTY, { name: isMinute });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  replica.listed.until = null;
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY]);
  assert.equal(await assertStoresTruth(dir.path, replica), 600);
});

Deno.test("a daily file whose minutes have never been listed is stored whole", async () => {
  await using replica = await startReplica({ days: [DAY], daily: true });
  replica.inject("list", onlyDailies());
  using dir = temporaryDirectory();
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY]);
  assert.equal(await assertStoresTruth(dir.path, replica), 600);
});

Deno.test("a daily file that contradicts the minutes is an ERROR and exit 3 once, a WARNING and exit 0 in later runs, critical until it is accepted", async () => {
  await using replica = await startReplica({ days: [LARGE_DAY, upToDate("DETR")], daily: true });
  replica.inject("storage", withLines(thirtyOthers), { name: DAILY });
  using dir = temporaryDirectory();
  const error = onlyErrorOf(await fetchDetr(replica, dir.path), 3);
  const figures = /^(\S+) contradicts the minute files: (\d+) of their 1,000 trades are not in it\. /.exec(
    error,
  )!;
  assert.deepEqual([figures[1], figures[2]], [DAILY, "30"], error);
  assert.ok(
    error.includes("30 trades withheld") && error.includes(`reprocess DETR --accept ${DAILY}`),
    error,
  );
  assert.equal(await storedOf(dir.path), 1_000);

  await using daemon = await idleDaemon(replica, dir.path);
  const later = await fetched(replica, dir.path);
  const [warning, ...others] = issuesOf(later);
  assert.ok(warning.includes(DAILY) && warning.startsWith("WARNING "), later.stderr);
  assert.deepEqual(others, []);
  assert.doesNotMatch(later.stderr, /All available data already stored/);
  await assertCheck(dir.path, 2, `DETR: ${DAILY} contradicts the minute files`);
  assert.deepEqual((await stateOf(dir.path)).contradictions, [DAILY]);
  assert.equal(metricIn(dir.path), 1);
  const [kept, gone] = [DAILY, FIRST].map((name) => existsSync(rawPath(dir.path, name)));
  assert.deepEqual([kept, gone], [true, false], "the daemon has cleaned what is old and proved");
  assert.match((await statusOf(dir.path)).stdout, new RegExp(`^ {2}contradictions +${DAILY}$`, "m"));
  assert.match(
    (await runInOneProcess(["--wrk-dir", dir.path, "check-partial", "DETR"])).stdout,
    new RegExp(`^${DATE} +contradicts the minute files: daily-${DATE}$`, "m"),
  );
  const found = await verify(replica, dir.path, "--json");
  assertForeseen(found, 3);
  assert.deepEqual(
    jsonOf<Verified>(found).venues[0].issues.map(({ kind, path }) => [kind, path]),
    [["contradiction", rawPath(dir.path, DAILY)]],
  );
  const again = await reprocess(dir.path);
  assert.ok(onlyErrorOf(again, 3).startsWith(`${DAILY} contradicts the minute files`));
  assert.equal(await storedOf(dir.path), 1_000);

  const accepted = await reprocess(dir.path, "--accept", DAILY);
  assertForeseen(accepted, 0);
  assert.equal(
    accepted.stdout,
    `DETR: all trades of ${DAILY} are stored\nDETR: 1 raw file decoded again, 30 trades added\n`,
  );
  assert.equal(await storedOf(dir.path), 1_030);
  await assertCheck(dir.path, 0, "DETR: fine");
  assert.equal(metricIn(dir.path), 0);
  const trades = dir.of("data/de/xetra/trades"); // the daemon makes bars of them anew
  const after = treeOf(trades);
  const twice = await reprocess(dir.path, "--accept", DAILY);
  assertForeseen(twice, 0);
  assert.equal(twice.stdout, `DETR: all trades of ${DAILY} are stored\n`);
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  await assertCheck(dir.path, 0, "DETR: fine");
  assertForeseen(await verify(replica, dir.path), 0);
  assert.deepEqual(treeOf(trades), after, "to accept again changes nothing");
  await ended(daemon, "SIGTERM");
});

Deno.test("a contradiction and its acceptance outlive a rebuild of the partition, and the loss of all records", async () => {
  await using replica = await startReplica({ days: [LARGE_DAY], daily: true });
  replica.inject("storage", withLines(thirtyOthers), { name: DAILY });
  using dir = temporaryDirectory();
  const path = partitionPath(dir.path, "DETR", DATE);
  await fetched(replica, dir.path, 3);
  for (const [rows, left] of [[1_000, 3], [1_030, 0]] as const) {
    Deno.removeSync(dir.of(".xetra-parqed"), { recursive: true });
    const ledger = await ledgerLines(path);
    assertForeseen(await reprocess(dir.path, "--force"), left);
    flip(path, 500);
    assertForeseen(await verify(replica, dir.path, "--repair"), left);
    assert.equal(await storedOf(dir.path), rows);
    assert.deepEqual(await ledgerLines(path), ledger);
    assertForeseen(await reprocess(dir.path, "--accept", DAILY), 0);
  }
});

Deno.test("a contradicting daily file whose bytes are damaged is not called stored, but fetched once more, to be accepted then", async () => {
  await using replica = await startReplica({ days: [LARGE_DAY], daily: true });
  replica.inject("storage", withLines(thirtyOthers), { name: DAILY });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  flip(rawPath(dir.path, DAILY), 500);
  const run = await reprocess(dir.path, "--accept", DAILY);
  assertForeseen(run, 3);
  assert.doesNotMatch(run.stdout, /are stored/);
  const downloads = await downloadsDuring(replica, async () => void await fetched(replica, dir.path));
  assert.deepEqual(downloads, [DAILY]);
  assert.deepEqual((await stateOf(dir.path)).contradictions, [DAILY]);
  assertForeseen(await reprocess(dir.path, "--accept", DAILY), 0);
  assert.equal(await storedOf(dir.path), 1_030);
});

for (
  const [what, heal] of [
    ["the next fetch", (replica, dir) => fetchDetr(replica, dir)],
    ["reprocess", (_, dir) => reprocess(dir)],
    ["reprocess --force", (_, dir) => reprocess(dir, "--force")],
    ["verify --repair", (replica, dir) => verify(replica, dir, "--repair")],
  ] as [string, (replica: Replica, dir: string) => Promise<Run>][]
) {
  Deno.test(`what version 0.1.0 withheld of a daily file is added by ${what}, from the spool`, async () => {
    await using replica = await startReplica({ days: [DAY], daily: true });
    replica.inject("storage", HALF, { name: isMinute });
    using dir = temporaryDirectory();
    await leftBy010(replica, dir.path);
    const found = await verify(replica, dir.path, "--json");
    assertForeseen(found, 3);
    assert.deepEqual(jsonOf<Verified>(found).venues[0].issues.map(({ kind }) => kind), ["not judged"]);
    let run!: Run;
    const downloads = await downloadsDuring(replica, async () => run = await heal(replica, dir.path));
    assertForeseen(run, 0);
    assert.deepEqual(downloads, []);
    assert.equal(await assertStoresTruth(dir.path, replica), 600);
    assertForeseen(await verify(replica, dir.path), 0);
    const before = treeOf(dir.of("data"));
    assert.deepEqual(issuesOf(await fetched(replica, dir.path)), []);
    assert.deepEqual(treeOf(dir.of("data")), before, "it is judged once");
  });
}

/** A store as version 0.1.0 left it: half of a day, and the daily file entered as one of which all was withheld. */
async function leftBy010(replica: Replica, dir: string): Promise<void> {
  await fetched(replica, dir, 0, "--no-reconcile");
  using other = temporaryDirectory();
  await fetched(replica, other.path);
  Deno.copyFileSync(rawPath(other.path, DAILY), rawPath(dir, DAILY));
  const entry = { rows: 600, rejected: 600, digest: rawDigest(rawPath(dir, DAILY)) };
  await publishPartition(partitionPath(dir, "DETR", DATE), [], new Map([[`daily-${DATE}`, entry]]), {
    type: TRADES,
    createdBy: "version 0.1.0",
    breathe: () => Promise.resolve(),
  });
  const line = `daily-${DATE} 600 600 ${entry.digest}`;
  assert.ok((await ledgerLines(partitionPath(dir, "DETR", DATE))).includes(line));
  await assert.rejects(() => assertStoresTruth(dir, replica), /missing/);
}

/** The lines of a run's log from WARNING on. */
function issuesOf(run: Run): string[] {
  return logOf(run).filter((line) => !/^(INFO|DEBUG) /.test(line));
}

/** Of a daily file thirty trades are others than the minute files have. */
function thirtyOthers(line: string, at: number): string {
  return at % 33 === 0 && at < 30 * 33
    ? line.replace(/("transactionIdentificationCode":"\d{10})/, "$1999")
    : line;
}

/** A listing without minute files. */
function onlyDailies() {
  return fault.body((json) => {
    const listing = JSON.parse(new TextDecoder().decode(json));
    const names = listing.CurrentFiles.filter((name: string) => name.includes("-daily-"));
    return new TextEncoder().encode(JSON.stringify({ ...listing, CurrentFiles: names }));
  });
}

async function storedOf(dir: string): Promise<number> {
  using db = await duckdb();
  return Number(await db.value(`SELECT count(*) FROM ${storedTable(dir)} WHERE day = '01' AND month = '09'`));
}

async function stateOf(dir: string) {
  const { venues: [{ state }] } = jsonOf<
    { venues: (StatusReport & { state: { contradictions: string[] } })[] }
  >(
    await statusOf(dir, "--json"),
  );
  return state;
}

function metricIn(dir: string): number {
  const metrics = Deno.readTextFileSync(`${dir}/.xetra-parqed/metrics-DETR.prom`);
  return Number(/^xetra_parqed_contradicting_files\{venue="DETR"\} (\d+)$/m.exec(metrics)![1]);
}

async function assertCheck(dir: string, level: number, reason: string): Promise<void> {
  const { code, stdout } = await statusOf(dir, "--check");
  assert.deepEqual([code, stdout], [level, `${reason}\n`]);
}
