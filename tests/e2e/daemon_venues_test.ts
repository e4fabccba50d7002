import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { status } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, ended, heard, linesOf, type StatusReport } from "./daemon_program.ts";
import { isThere } from "./disk.ts";
import { jsonOf, reached } from "./evidence.ts";
import { partitionPath, runProgram, startProgram, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

const DFRA = { ...DAY, venue: "DFRA" };
const VENUES = ["DETR", "DFRA"];

Deno.test("a daemon of two venues fetches both, in one line a cycle, and holds a lock of each", async () => {
  await using replica = await startReplica({ days: [DAY, DFRA] });
  using folder = temporaryDirectory();
  await using daemon = startProgram(daemonArgs(replica, folder.path, { venues: VENUES }));
  await heard(
    daemon,
    / - Cycle 1: DETR: 10 files, 400 trades, .*; DFRA: 10 files, 400 trades, .* \d+\.\d s\n/,
  );
  const reports = await reportsOf(folder.path);
  assert.deepEqual(reports.map(({ venue, daemon }) => [venue, daemon]), [
    ["DETR", daemon.child.pid],
    ["DFRA", daemon.child.pid],
  ]);
  const run = await ended(daemon, "SIGTERM");
  assert.equal(linesOf(run, "INFO")[0], "Starting daemon mode for DETR, DFRA: fetching every 1 hour(s)");
  assert.equal(await assertStoresTruth(folder.path, replica), 800);
  assert.deepEqual((await reportsOf(folder.path)).map(({ daemon }) => daemon), [null, null]);
});

Deno.test("a venue that cannot be listed does not keep the other one waiting for its trades", async () => {
  await using replica = await startReplica({ days: [DAY, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("list", status(503), { name: "DFRA" });
  await using daemon = startProgram(daemonArgs(replica, folder.path, { venues: VENUES }));
  await reached(daemon, "the trades of DETR", () => isThere(partitionPath(folder.path, "DETR", DAY.date)));
  await reached(daemon, "its status", () => isThere(folder.of(".xetra-parqed/status-DETR.json")));
  const { millis } = await ended(daemon, "SIGTERM");
  assert.ok(millis < busy() * 1_000, `${millis} ms: DFRA is still asked for`);
});

Deno.test("a venue that fails is an ERROR which names it, and the other one is stored and fine", async () => {
  await using replica = await startReplica({ days: [DAY, DFRA] });
  using folder = temporaryDirectory();
  const damaged = partitionPath(folder.path, "DFRA", DAY.date);
  Deno.mkdirSync(damaged.slice(0, damaged.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(damaged, "of another program");
  await using daemon = startProgram(daemonArgs(replica, folder.path, { venues: VENUES }));
  await heard(daemon, / \| ERROR .* - Cycle 1 failed \(DETR: 10 files, 400 trades, .*\): DFRA: /);
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / \| INFO .* - Cycle 2 failed like the one before, 2 in a row /);
  const [detr, dfra] = await reportsOf(folder.path);
  assert.deepEqual([detr.state?.failedCycles, dfra.state?.failedCycles], [0, 2]);
  assert.equal(dfra.verdict.reason, `DFRA: the partition of ${DAY.date} is damaged`);
  await ended(daemon, "SIGTERM");
  assert.equal(Deno.readTextFileSync(damaged), "of another program");
  Deno.removeSync(damaged);
  await using next = startProgram(daemonArgs(replica, folder.path, { venues: VENUES }));
  await heard(next, / - Cycle 1: DETR: 0 files, 0 trades, .*; DFRA: 0 files, 400 trades, /);
  await ended(next, "SIGTERM");
  assert.equal(await assertStoresTruth(folder.path, replica), 800);
});

async function reportsOf(dir: string): Promise<StatusReport[]> {
  const run = await runProgram(["status", ...VENUES, "--json", "--wrk-dir", dir]);
  return jsonOf<{ venues: StatusReport[] }>(run).venues;
}
