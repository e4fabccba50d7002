import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, ended, heard, idleDaemon, linesOf, startDaemon } from "./daemon_program.ts";
import { assertForeseen, logOf, onlyErrorOf, treeOf } from "./evidence.ts";
import { fetchArgs, runProgram, temporaryDirectory } from "./harness.ts";

for (
  const [what, content, said] of [
    ["nothing in it", "", "it is empty"],
    ["garbage", "garbage\n", 'it says "garbage", but no process holds it'],
    ["a 0", "0\n", 'it says "0", but no process holds it'],
    ["a -1", "-1\n", 'it says "-1", but no process holds it'],
    ["the PID of a process that is not there", "999999999\n", 'it says "999999999", but no process holds it'],
    ["the PID of another program", `${Deno.pid}\n`, `it says "${Deno.pid}", but no process holds it`],
  ]
) {
  Deno.test(`a PID file with ${what} is taken over with a warning, and removed at the end`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    const pidFile = folder.of("xetra.pid");
    Deno.writeTextFileSync(pidFile, content);
    await using daemon = await idleDaemon(replica, folder.of("data"), ["--pid-file", pidFile]);
    assert.equal(Deno.readTextFileSync(pidFile), `${daemon.child.pid}\n`);
    const run = await ended(daemon, "SIGTERM");
    assert.deepEqual(linesOf(run, "WARNING"), [`Taking over the PID file ${pidFile}: ${said}`]);
    assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
  });
}

Deno.test("a second daemon on a held PID file exits with 75 and the PID of the first, which goes on", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const pidFile = folder.of("xetra.pid");
  await using first = await idleDaemon(replica, folder.of("one"), ["--pid-file", pidFile]);
  const before = treeOf(folder.of("one"));
  const second = await runProgram(daemonArgs(replica, folder.of("one"), { more: ["--pid-file", pidFile] }));
  assert.match(onlyErrorOf(second, 75), alreadyRunning(first.child.pid, pidFile));
  const elsewhere = await runProgram(
    daemonArgs(replica, folder.of("two"), { venues: ["DFRA"], more: ["--pid-file", pidFile] }),
  );
  assert.match(onlyErrorOf(elsewhere, 75), alreadyRunning(first.child.pid, pidFile));
  assert.deepEqual(treeOf(folder.of("one")), before);
  assert.equal(Deno.readTextFileSync(pidFile), `${first.child.pid}\n`);
  first.child.kill("SIGUSR2");
  await heard(first, / - Cycle 2: /);
  await ended(first, "SIGTERM");
});

Deno.test("kill -9 frees the PID file and the locks of all venues, and the next daemon takes over with one warning", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const pidFile = folder.of("xetra.pid");
  const options = ["DFRA", "DGAT", "--pid-file", pidFile];
  await using first = await idleDaemon(replica, folder.of("data"), options);
  first.child.kill("SIGKILL");
  assert.equal((await first.ended).code, 137);
  assert.equal(Deno.readTextFileSync(pidFile), `${first.child.pid}\n`);
  await using second = await idleDaemon(replica, folder.of("data"), options);
  const run = await ended(second, "SIGTERM");
  assert.deepEqual(linesOf(run, "WARNING"), [
    `Taking over the PID file ${pidFile}: it says "${first.child.pid}", but no process holds it`,
  ]);
});

Deno.test("a file that has taken the place of the PID file meanwhile is not removed", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const pidFile = folder.of("xetra.pid");
  await using daemon = await idleDaemon(replica, folder.of("data"), ["--pid-file", pidFile]);
  Deno.writeTextFileSync(folder.of("other"), "of somebody else\n");
  Deno.renameSync(folder.of("other"), pidFile);
  await ended(daemon, "SIGTERM");
  assert.equal(Deno.readTextFileSync(pidFile), "of somebody else\n");
});

Deno.test("a PID file in a folder that is missing is refused with 73, its path and what to do", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const pidFile = folder.of("missing/xetra.pid");
  const run = await runProgram(daemonArgs(replica, folder.of("data"), { more: ["--pid-file", pidFile] }));
  const error = onlyErrorOf(run, 73);
  assert.ok(error.startsWith(`cannot write the PID file ${pidFile}: `), error);
  assert.match(error, /Make its folder, or choose another --pid-file$/);
  assert.deepEqual(replica.requests, []);
  assert.throws(() => Deno.statSync(folder.of("missing")), Deno.errors.NotFound);
});

Deno.test("a one-shot run works beside an idle daemon, and touches no PID file", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:05" } });
  using folder = temporaryDirectory();
  const pidFile = folder.of("xetra.pid");
  await using daemon = await idleDaemon(replica, folder.of("data"), ["--pid-file", pidFile]);
  const before = Deno.statSync(pidFile);
  replica.listed.until = null;
  const run = await runProgram(fetchArgs(replica, folder.of("data"), ["DETR"]));
  assertForeseen(run, 0);
  assert.ok(logOf(run).some((line) => /^INFO DETR: 5 files fetched/.test(line)), run.stderr);
  const { ino, mtime } = Deno.statSync(pidFile);
  assert.deepEqual([ino, mtime], [before.ino, before.mtime]);
  assert.equal(Deno.readTextFileSync(pidFile), `${daemon.child.pid}\n`);
  await ended(daemon, "SIGTERM");
});

Deno.test("two daemons of one venue in one working directory exclude each other without --pid-file", async () => {
  await using replica = await startReplica({ days: [DAY, { ...DAY, venue: "DFRA" }] });
  using folder = temporaryDirectory();
  await using first = await idleDaemon(replica, folder.path);
  const lock = folder.of(".xetra-parqed/daemon-DETR.lock");
  for (const venues of [["DETR"], ["DFRA", "DETR"]]) {
    const requests = replica.requests.length;
    const second = await runProgram(daemonArgs(replica, folder.path, { venues }));
    assert.match(onlyErrorOf(second, 75), alreadyRunning(first.child.pid, lock));
    assert.equal(replica.requests.length, requests, "nothing was asked for, of the free venue neither");
  }
  await using beside = startDaemon(replica, folder.of("elsewhere"));
  await heard(beside, / - Cycle 1: /);
  await ended(beside, "SIGTERM");
  await ended(first, "SIGTERM");
});

function alreadyRunning(pid: number, path: string): RegExp {
  return new RegExp(`^Another instance is already running \\(PID ${pid}\\): it holds ${path}$`);
}
