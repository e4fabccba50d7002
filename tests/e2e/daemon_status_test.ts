import assert from "node:assert/strict";
import { minuteNames } from "../../scripts/replica/day.ts";
import { listedToo, stall, status, unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import {
  closing,
  DAY,
  ended,
  heard,
  idleDaemon,
  linesOf,
  startDaemon,
  statusOf,
  type StatusReport,
  upToDate,
} from "./daemon_program.ts";
import { isThere } from "./disk.ts";
import { assertForeseen, jsonOf, reached, treeOf } from "./evidence.ts";
import { rawPath, type Run, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

const PENDING = "DETR-posttrade-2026-09-01T08_03.json.gz";
const ODD = "DETR-posttrade-2026-09-01T16_xx.json.gz";
/** So far apart the wall clock and the monotonic one may come in some seconds, when the former is being adjusted. */
const CLOCKS_MILLIS = 100;

Deno.test("status shows a running daemon: its PID, its cycles, and what is stored by date", async () => {
  const now = upToDate("DETR");
  await using replica = await startReplica({ days: [DAY, now], files: closing(now) });
  using folder = temporaryDirectory();
  const started = Date.now();
  await using daemon = await idleDaemon(replica, folder.path);
  const before = treeOf(folder.path);
  const { daemon: pid, state, lagMinutes, verdict } = await reportOf(folder.path);
  assert.deepEqual([pid, verdict], [daemon.child.pid, { level: 0, reason: "DETR: fine" }]);
  assert.ok(lagMinutes < 20, `${lagMinutes}`);
  const { start, end } = state!.lastCycle;
  // An hour after the daemon began its cycle, whose own thread may start later on a busy machine.
  const begun = Date.parse(state!.nextCycle!) - 3_600_000;
  const order = [started, begun, Date.parse(start) + CLOCKS_MILLIS];
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
  const counts = { waiting: 0, pending: 0, lost: 0, absent: 0, damaged: false };
  assert.deepEqual(state!.days[0], { date: DAY.date, listed: 10, stored: 10, trades: 400, ...counts });
  assert.equal(state!.days.at(-1)!.date, now.date);

  const { stdout, ...run } = await statusOf(folder.path);
  assertForeseen({ stdout, ...run }, 0);
  const facts = Object.fromEntries(
    [...stdout.matchAll(/^ {2}(\w+(?: \w+)*) {2,}(.*)$/gm)].map(([, name, fact]) => [name, fact]),
  );
  assert.ok(stdout.startsWith(`DETR: daemon running (PID ${daemon.child.pid})\n`), stdout);
  assert.match(facts["last cycle"], new RegExp(`^${end}, 12 files, \\d+ trades$`));
  assert.equal(facts["next cycle"], state!.nextCycle);
  assert.match(
    facts["newest minute"],
    new RegExp(`^${state!.newestMinute} UTC, \\d+ minutes? of trading behind$`),
  );
  assert.deepEqual([facts["not understood"], facts.verdict], ["0 files", "DETR: fine"]);
  assert.match(
    stdout,
    /^date +listed +stored +waiting +pending +lost +absent +trades\n2026-09-01 +10 +10 +0 +0 +0 +0 +400\n/m,
  );
  assert.deepEqual(treeOf(folder.path), before, "looking changes nothing");
  await ended(daemon, "SIGTERM");
});

Deno.test("status says that no daemon is running: before the first start, after an end and after kill -9", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  assert.equal(
    (await statusOf(folder.path)).stdout,
    "DETR: no daemon is running\n  no cycle has ended yet\n",
  );
  assertCheck(await statusOf(folder.path, "--check"), 2, "DETR: no daemon is running");
  for (const end of ["SIGTERM", "SIGKILL"] as const) {
    await using daemon = await idleDaemon(replica, folder.path);
    daemon.child.kill(end);
    await daemon.ended;
    const { stdout } = await statusOf(folder.path);
    assert.match(stdout, /^DETR: no daemon is running\n(.*\n)* {2}next cycle +none planned\n/);
    assert.equal((await reportOf(folder.path)).daemon, null);
    assertCheck(await statusOf(folder.path, "--check"), 2, "DETR: no daemon is running");
  }
});

Deno.test("status --check is 0, 1 or 2 with one line of reason", async () => {
  const now = upToDate("DETR");
  await using replica = await startReplica({ days: [DAY, now], files: closing(now) });
  using folder = temporaryDirectory();
  replica.inject("download", status(404), { name: PENDING });
  await using daemon = await idleDaemon(replica, folder.path);
  assertCheck(await statusOf(folder.path, "--check"), 1, "DETR: 1 file pending");
  replica.clearFaults();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  assertCheck(await statusOf(folder.path, "--check"), 0, "DETR: fine");
  await ended(daemon, "SIGTERM");
  assertCheck(await statusOf(folder.path, "--check"), 2, "DETR: no daemon is running");
});

Deno.test("a listed name that may be the exchange's new form is critical, another unknown name a warning", async () => {
  await using replica = await startReplica({ days: [DAY, upToDate("DETR")] });
  using folder = temporaryDirectory();
  replica.inject("list", listedToo(["README.txt"]));
  await using daemon = await idleDaemon(replica, folder.path);
  const reason = "DETR: 1 listed name of no known form, such as README.txt";
  assertCheck(await statusOf(folder.path, "--check"), 1, reason);
  replica.clearFaults();
  replica.inject("list", listedToo([ODD]));
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const renamed =
    `DETR: 1 listed name of no known form, such as ${ODD}: the exchange may have renamed its files`;
  assertCheck(await statusOf(folder.path, "--check"), 2, renamed);
  await ended(daemon, "SIGTERM");
});

Deno.test("during the first cycle status says how much is left: a warning, however long it takes", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("storage", stall(), { name: (name) => name >= PENDING });
  await using daemon = startDaemon(replica, folder.path);
  const first = minuteNames(DAY).slice(0, 3).map((name) => rawPath(folder.path, name));
  await reached(daemon, "three files", () => first.every(isThere));
  assertCheck(await statusOf(folder.path, "--check"), 1, "DETR: catching up: 7 files, 1 minute left");
  const { stdout } = await statusOf(folder.path);
  assert.match(stdout, /^DETR: daemon running \(PID \d+\)\n {2}catching up: 7 files, 1 minute left\n$/);
  await ended(daemon, "SIGTERM");
});

Deno.test("files that are not understood are an ERROR of every cycle, with count and age, and critical", async () => {
  await using replica = await startReplica({ days: [DAY, upToDate("DETR")] });
  using folder = temporaryDirectory();
  const strange = minuteNames(DAY).slice(2, 5);
  for (const name of strange) replica.inject("storage", unknownEra(), { name });
  const daysOld = () => Math.floor((Date.now() - Date.parse(DAY.date)) / 86_400_000);
  const atFirst = daysOld();
  await using daemon = startDaemon(replica, folder.path, ["--interval", "1s"]);
  await heard(daemon, / - 3 cycles in a row have failed/);
  await reached(daemon, "the third cycle's status", () => stateIn(folder.path).failedCycles >= 3);
  assertCheck(await statusOf(folder.path, "--check"), 2, "DETR: 3 files kept and not understood");
  const { state } = await reportOf(folder.path);
  assert.deepEqual(state!.notUnderstood, { files: 3, oldest: DAY.date });
  const run = await ended(daemon, "SIGTERM");
  const first = rawPath(folder.path, strange[0]);
  const says = (days: number) => `3 files of DETR not understood, ${days} days old, the first at ${first}: `;
  const told = linesOf(run, "ERROR").filter((line) =>
    [atFirst, daysOld()].some((days) => line.startsWith(says(days)))
  );
  const cycles = linesOf(run, "INFO").filter((line) => line === "Checking missing dates for DETR");
  assert.ok(told.length >= 3 && told.length <= cycles.length, `${told.length} of ${cycles.length}`);
  assert.ok(told.length >= cycles.length - 1, "the last cycle may have been interrupted");
  await assertStoresTruth(folder.path, replica, strange);
});

function assertCheck({ code, stdout, stderr }: Run, level: number, reason: string): void {
  assert.deepEqual([code, stdout, stderr], [level, `${reason}\n`, ""]);
}

async function reportOf(dir: string): Promise<StatusReport> {
  const run = await statusOf(dir, "--json");
  assertForeseen(run, 0);
  return jsonOf<{ venues: StatusReport[] }>(run).venues[0];
}

function stateIn(dir: string): NonNullable<StatusReport["state"]> {
  return JSON.parse(Deno.readTextFileSync(`${dir}/.xetra-parqed/status-DETR.json`));
}
