import assert from "node:assert/strict";
import { join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, ended, heard } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, logOf, onlyErrorOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  partitionPath,
  type Run,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { canMount, type OwnDisks, ownDisks } from "../e2e/own_disk.ts";
import { assertStillStores, assertStoresTruth } from "../e2e/truth.ts";

/** Some 170 KB in its raw files. */
const DAY: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 3_000, minutes: { from: 480, until: 500 } };
const STORED_BEFORE = { until: `${DAY.date}T08:05` };
const RAW = "data/de/xetra/raw";
const TRADES = "data/de/xetra/trades";
const STATE = ".xetra-parqed";

/** Fills the rest of a disk, to the last page. */
const FILL = 'cat /dev/zero > "$1/fill" 2> /dev/null || true';
const MAKE_ROOM = 'rm "$1/fill"';

/** The first minutes are stored; then a separate disk in this place is full; then there is room again. */
async function onFullDisk(
  place: string,
  check: (full: {
    readonly run: Run;
    readonly downloads: readonly string[];
    readonly dir: string;
    readonly disk: OwnDisks;
    readonly replica: Replica;
  }) => void | Promise<void>,
  more: readonly string[] = [],
): Promise<void> {
  await using replica = await startReplica({ days: [DAY], listed: STORED_BEFORE });
  using folder = temporaryDirectory();
  const dir = folder.of("work");
  await using disk = await ownDisks({ [join(dir, place)]: "2m" });
  const args = fetchArgs(replica, dir, ["DETR"], ...more);
  assertForeseen(await runProgram(args, disk), 0);
  await disk.run('cp -a "$1" "$2"', dir, folder.of("before"));
  await disk.run(FILL, join(dir, place));
  replica.listed.until = null;
  let run!: Run;
  const downloads = await downloadsDuring(replica, async () => run = await runProgram(args, disk));
  await assertStillStores(disk.seen(dir), disk.seen(folder.of("before")), replica);
  await check({ run, downloads, dir, disk, replica });
  await disk.run(MAKE_ROOM, join(dir, place));
  assertForeseen(await runProgram(args, disk), 0);
  await assertStoresTruth(disk.seen(dir), replica);
  assert.deepEqual(filesBelow(disk.seen(dir)).filter((path) => path.includes("unfinished")), []);
}

Deno.test({
  name:
    "a full disk under the raw files: those go whose trades are proved, with a WARNING; where that is too little 73 " +
    "names the raw file, and with room the next run has the truth",
  ignore: !canMount,
}, () =>
  onFullDisk(RAW, ({ run, dir }) => {
    const log = logOf(run);
    assert.ok(
      log.some((line) => /^WARNING DETR: the disk is full: .*5 raw files deleted/.test(line)),
      run.stderr,
    );
    const error = onlyErrorOf(run, 73);
    assert.match(
      error,
      /: the disk is full\. Nothing that was stored is lost: free some space and run again$/,
    );
    assert.ok(error.startsWith(`DETR: cannot write ${join(dir, RAW)}/`), error);
  }));

Deno.test({
  name:
    "a full disk under the partitions: 73 names the partition, which stays; all raw files are kept, and with room " +
    "the next run asks for none again",
  ignore: !canMount,
}, () =>
  onFullDisk(TRADES, async ({ run, downloads, dir, disk, replica }) => {
    const error = onlyErrorOf(run, 73);
    const folder = join(partitionPath(dir, "DETR", DAY.date), "..");
    assert.ok(error.startsWith(`DETR: cannot write ${folder}/trades.parquet: the disk is full.`), error);
    assert.equal(downloads.length, 15);
    await disk.run(MAKE_ROOM, join(dir, TRADES));
    const again = await downloadsDuring(replica, () => runProgram(fetchArgs(replica, dir), disk));
    assert.deepEqual(again, []);
    await disk.run(FILL, join(dir, TRADES));
  }));

Deno.test({
  name:
    "a full disk under locks, quota and status: 73 names the record before anything is asked for, and status " +
    "still answers",
  ignore: !canMount,
}, () =>
  onFullDisk(STATE, async ({ run, downloads, dir, disk }) => {
    assert.match(
      onlyErrorOf(run, 73),
      /^DETR: cannot write \S+\/pending-DETR.json: the disk is full/,
    );
    assert.deepEqual(downloads, []);
    await assertAnswers(dir, disk);
  }));

Deno.test({
  name:
    "a full disk under everything: status and status --check still answer, verify reads, a fetch names the file",
  ignore: !canMount,
}, () =>
  onFullDisk("", async ({ run, dir, disk, replica }) => {
    assert.match(onlyErrorOf(run, 73), /^DETR: cannot write \S+: the disk is full/);
    await assertAnswers(dir, disk);
    const verify = ["--wrk-dir", dir, "verify", "DETR", "--api-url", replica.apiUrl];
    const verified = await runProgram(verify, disk);
    assertForeseen(verified, 0);
    assert.match(verified.stdout, /: 0 damaged, /);
  }));

Deno.test({
  name:
    "a full disk under the log file: every line is on standard error, one ERROR names the log, the fetch ends with 0",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using disk = await ownDisks({ [folder.of("log")]: "64k" });
  await disk.run(FILL, folder.of("log"));
  const args = fetchArgs(replica, folder.of("work"), ["DETR"], "--log-file", folder.of("log/detr.log"));
  const run = await runProgram(args, disk);
  assert.equal(
    onlyErrorOf(run, 0),
    `The log file ${folder.of("log/detr.log")} cannot be written: No space left on device (os error 28). ` +
      "Until it can be, lines are missing there",
  );
  assert.ok(logOf(run).includes("INFO DETR: 20 files fetched, 3,000 trades added"), run.stderr);
  await assertStoresTruth(folder.of("work"), replica);
});

Deno.test({
  name:
    "a daemon that starts on a full disk holds its locks and PID file without a PID, with a warning, and makes " +
    "room for itself",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY], listed: STORED_BEFORE });
  using folder = temporaryDirectory();
  const dir = folder.of("work");
  await using disk = await ownDisks({ [dir]: "8m" });
  assertForeseen(await runProgram(fetchArgs(replica, dir), disk), 0);
  await disk.run('head -c 1000000 /dev/zero > "$1/.xetra-parqed/reserve"', dir);
  await disk.run(FILL, dir);
  replica.listed.until = null;
  const pidFile = join(dir, "xetra.pid");
  await using daemon = startProgram(daemonArgs(replica, dir, { more: ["--pid-file", pidFile] }), disk);
  await heard(daemon, / - Cycle 1: DETR: 15 files/);
  const second = await runProgram(daemonArgs(replica, dir), disk);
  assert.match(onlyErrorOf(second, 75), /^Another instance is already running \(PID unknown\)/);
  const run = await ended(daemon, "SIGTERM");
  const warnings = logOf(run).filter((line) => line.startsWith("WARNING "));
  assert.deepEqual(warnings.map((line) => line.replace(/ [\d.]+ MB/, "")), [
    `WARNING The PID file ${pidFile} is held without a PID: No space left on device (os error 28)`,
    `WARNING The PID file ${join(dir, STATE, "daemon-DETR.lock")} is held without a PID: ` +
    "No space left on device (os error 28)",
    `WARNING Cannot write the daemon's status: cannot write ${join(dir, STATE)}/status-DETR.json: ` +
    "the disk is full. Nothing that was stored is lost: free some space and run again",
    "WARNING DETR: the disk is full: the reserve is released, 5 raw files deleted,, whose trades are stored. " +
    "Trying once more",
  ]);
  await assertStoresTruth(disk.seen(dir), replica);
});

/** Asserts that `status` answers: critical with `--check`, since no daemon runs here. */
async function assertAnswers(dir: string, disk: OwnDisks): Promise<void> {
  const status = await runProgram(["--wrk-dir", dir, "status", "DETR"], disk);
  assertForeseen(status, 0);
  assert.match(status.stdout, /newest minute {3}2026-09-01T08:04 UTC/);
  const check = await runProgram(["--wrk-dir", dir, "status", "DETR", "--check"], disk);
  assert.deepEqual([check.code, check.stdout], [2, "DETR: no daemon is running\n"]);
}
