import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ended, heard, startDaemon } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import {
  assertForeseen,
  jsonOf,
  logOf,
  looksAt,
  onlyErrorOf,
  rawFileCount,
  reached,
  treeOf,
} from "./evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  startProgram,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DATE, fetched, MORNING } from "./morning.ts";
import { assertStoresTruth } from "./truth.ts";

const DAY: DaySpec = { ...MORNING, trades: 500, minutes: { from: 480, until: 490 } };
/** A Eurex day, which begins before midnight UTC. */
const NIGHT: DaySpec = { ...DAY, venue: "DEUR", trades: 900, minutes: { from: -50, until: 30 }, opens: 60 };
/** It tries for a second, every 50 ms, and each time opens the lock and closes it. */
const LOOKS_OF_A_ONE_SHOT = 2 * (1_000 / 50 + 1);
const BAD = "DETR-posttrade-2026-09-01T08_04.json.gz";
const STRANGE = "DETR-posttrade-2026-09-01T08_06.json.gz";

Deno.test("minute files that cleanup-raw has deleted are stored, and are not requested again", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  assert.equal(rawFileCount(dir.path), 10);
  const run = await cleaned(dir.path, "DETR");
  assert.match(run.stdout, /^DETR: 10 raw files deleted, 0\.\d MB\n$/);
  assert.deepEqual(filesBelow(dir.of("data/de/xetra/raw")), []);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), []);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("the same holds for a daily file that two dates contain, and for the old name cleanup-raw-cache", async () => {
  await using replica = await startReplica({ days: [NIGHT], daily: true });
  using dir = temporaryDirectory();
  await fetchedNight(replica, dir.path);
  assert.equal(rawFileCount(dir.path), 1);
  const run = await runInOneProcess(["cleanup-raw-cache", "DEUR", "--wrk-dir", dir.path, "--keep-days", "0"]);
  assertForeseen(run, 0);
  assert.equal(rawFileCount(dir.path), 0);
  assert.deepEqual(await downloadsDuring(replica, () => fetchedNight(replica, dir.path)), []);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("cleanup-raw keeps a daily file while one of its dates is not stored, and exits with 3", async () => {
  await using replica = await startReplica({ days: [NIGHT], daily: true });
  using dir = temporaryDirectory();
  await fetchedNight(replica, dir.path);
  Deno.removeSync(partitionPath(dir.path, "DEUR", "2026-08-31"));
  const run = await cleaned(dir.path, "DEUR", 3);
  assert.match(
    run.stdout,
    /1 raw file kept, stored with other rows; the first: DEUR-posttrade-daily/,
  );
  assert.equal(rawFileCount(dir.path), 1);
});

Deno.test("files with bad lines and files that are not understood are kept: exit 3, with one line per reason", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", fault.badLines(), { name: BAD });
  replica.inject("storage", fault.unknownEra(), { name: STRANGE });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  const run = await runInOneProcess(["--wrk-dir", dir.path, "cleanup-raw", "DETR", "--json"]);
  assertForeseen(run, 3);
  const [{ files, kept, damage }] = jsonOf<{ venues: Record<string, unknown>[] }>(run).venues;
  assert.deepEqual([files, kept, damage], [8, [
    { because: "bad lines", files: 1, first: BAD },
    { because: "not in the ledger", files: 1, first: STRANGE },
  ], []]);
  const left = [BAD, STRANGE].map((name) => rawPath(dir.path, name));
  assert.deepEqual(filesBelow(dir.of("data/de/xetra/raw")), left);
});

Deno.test("a damaged partition proves nothing: exit 65 with its path, and every raw file is kept for the repair", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const path = partitionPath(dir.path, "DETR", DATE);
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.with(500, bytes[500] ^ 1));
  const run = await runInOneProcess(["--wrk-dir", dir.path, "cleanup-raw", "DETR"]);
  assert.ok(onlyErrorOf(run, 65).includes(path));
  assert.equal(rawFileCount(dir.path), 10);
  Deno.removeSync(path);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), []);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("--dry-run says what would be deleted, even while a cycle holds the lock, and changes nothing", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  using lock = Deno.openSync(dir.of(".xetra-parqed/write-DETR.lock"));
  assert.ok(lock.tryLockSync(true));
  const before = treeOf(dir.path);
  const run = await runInOneProcess(["--wrk-dir", dir.path, "cleanup-raw", "DETR", "--dry-run"]);
  assertForeseen(run, 0);
  assert.match(run.stdout, /^DETR: 10 raw files would be deleted, 0\.\d MB\n$/);
  assert.deepEqual(treeOf(dir.path), before);
  using empty = temporaryDirectory();
  assertForeseen(await runInOneProcess(["--wrk-dir", empty.path, "cleanup-raw", "DETR", "--dry-run"]), 0);
  assert.deepEqual(filesBelow(empty.path), []);
});

Deno.test("cleanup-raw waits until a cycle has ended, and a signal ends it while it waits", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  using lock = Deno.openSync(dir.of(".xetra-parqed/write-DETR.lock"));
  assert.ok(lock.tryLockSync(true));
  const args = ["--wrk-dir", dir.path, "cleanup-raw", "DETR"];
  using looks = looksAt(dir.of(".xetra-parqed/write-DETR.lock"));
  await using patient = startProgram(args);
  await reached(patient, "more tries than a one-shot has", () => looks.count > LOOKS_OF_A_ONE_SHOT);
  const before = looks.count;
  await using impatient = startProgram(args);
  await reached(impatient, "a second one that tries", () => looks.count > before + LOOKS_OF_A_ONE_SHOT);
  impatient.child.kill("SIGTERM");
  assert.equal((await impatient.ended).code, 143);
  assert.equal(rawFileCount(dir.path), 10);
  lock.unlockSync();
  assertForeseen(await patient.ended, 0);
  assert.equal(rawFileCount(dir.path), 0);
});

Deno.test("files of the last days are kept, and counted", async () => {
  const date = new Date().toISOString().slice(0, 10);
  await using replica = await startReplica({ days: [{ ...DAY, date }] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const run = await cleaned(dir.path, "DETR", 0);
  assert.match(
    run.stdout,
    /^DETR: 0 raw files deleted, 0.0 MB\nDETR: 10 raw files kept, not old enough to delete; the first/,
  );
  assert.equal(rawFileCount(dir.path), 10);
});

Deno.test("issues of a day are still shown when its raw files have been deleted", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("download", fault.status(404), { name: BAD });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  await cleaned(dir.path, "DETR");
  const { stdout } = await runInOneProcess(["--wrk-dir", dir.path, "check-partial", "DETR"]);
  assert.match(stdout, /^DETR: 1 date looked at, 1 date with issues\n/);
  assert.ok(stdout.includes(`\n2026-09-01  pending: ${BAD}\n`), stdout);
  const status = await runInOneProcess([
    "--wrk-dir",
    dir.path,
    "check-status",
    "DETR",
    "--api-url",
    replica.apiUrl,
  ]);
  assert.match(status.stdout, /2026-09-01 +10 +9 +0/);
});

Deno.test("the daemon cleans a venue's raw files after the first cycle of a day, once, and fetches nothing again", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await using daemon = startDaemon(replica, dir.path);
  await heard(daemon, /DETR: 10 raw files deleted/);
  await reached(daemon, "the diary", () => existsSync(dir.of(".xetra-parqed/diary-DETR.json")));
  assert.equal(rawFileCount(dir.path), 0);
  await heard(daemon, /Cycle 1: /);
  const downloads = await downloadsDuring(replica, async () => {
    daemon.child.kill("SIGUSR2");
    await heard(daemon, /Cycle 2: /);
  });
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(downloads, []);
  assert.equal(logOf(run).filter((line) => line.includes("raw files deleted")).length, 1);
  await assertStoresTruth(dir.path, replica);
});

/** One fetch of the night, which must succeed. */
async function fetchedNight(replica: Replica, dir: string): Promise<void> {
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir, [NIGHT.venue])), 0);
}

/** Runs a cleanup that must end with `code`. */
async function cleaned(dir: string, venue: string, code = 0): Promise<Run> {
  const run = await runInOneProcess(["--wrk-dir", dir, "cleanup-raw", venue]);
  assertForeseen(run, code);
  return run;
}
