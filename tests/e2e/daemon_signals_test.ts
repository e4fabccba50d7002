import assert from "node:assert/strict";
import { closeSync, constants, openSync } from "node:fs";
import { busy } from "../busy.ts";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { DAY, ended, heard, idleDaemon, linesOf, pastEcho, startDaemon } from "./daemon_program.ts";
import { assertForeseen, countsOf, reached } from "./evidence.ts";
import { type Program, type Run, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

/** The most that an idle daemon may take from a signal to its end. */
const AT_ONCE_MILLIS = 500;
/** The time between two signals of which one counts. */
const AGAIN_MILLIS = 20;
const SLOW = "DETR-posttrade-2026-09-01T08_04.json.gz";

for (const signals of [["SIGTERM"], ["SIGINT"], ["SIGTERM", "SIGTERM"], ["SIGINT", "SIGINT"]] as const) {
  Deno.test(`an idle daemon ends at once on ${signals.join(" and ")}: exit 0, no PID file, a last line`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    const [pidFile, log] = [folder.of("xetra.pid"), folder.of("xetra.log")];
    const more = ["--pid-file", pidFile, "--log-file", log];
    await using daemon = await idleDaemon(replica, folder.of("data"), more);
    assertEndedAtOnce(await ended(daemon, ...signals), signals.join(" and "));
    assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
    assert.match(
      Deno.readTextFileSync(log),
      new RegExp(` - Stopping daemon mode for DETR, ended by ${signals[0]}\n$`),
    );
    assert.equal(Deno.readTextFileSync(log), (await daemon.ended).stderr);
  });
}

Deno.test("the guide's own kill $(cat pidfile) ends the daemon", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const pidFile = folder.of("xetra-detr.pid");
  await using daemon = await idleDaemon(replica, folder.of("data"), ["--pid-file", pidFile]);
  const start = performance.now();
  const kill = await new Deno.Command("sh", { args: ["-c", `kill $(cat ${pidFile})`] }).output();
  assert.ok(kill.success);
  assertEndedAtOnce({ ...await daemon.ended, millis: performance.now() - start }, "kill $(cat pidfile)");
  assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
});

Deno.test("a daemon in the middle of a download ends at once, and the next one fetches what was left", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("storage", drip(1, 100), { times: 1, name: SLOW });
  await using daemon = startDaemon(replica, folder.path);
  await reached(daemon, "the slow download", () => countsOf(replica.requests)[`storage ${SLOW}`] === 1);
  assertEndedAtOnce(await ended(daemon, "SIGTERM"), "SIGTERM during a download");
  await using next = await idleDaemon(replica, folder.path);
  await ended(next, "SIGTERM");
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
});

Deno.test("SIGTERM ends a daemon within five seconds while it waits for a disk", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using daemon = await hungDaemon(replica, folder.path);
  const { millis } = await ended(daemon, "SIGTERM", "SIGTERM");
  console.log(`SIGTERM while a disk hangs: ended after ${Math.round(millis)} ms`);
  assert.ok(millis < busy() * 5_000, `${millis} ms`);
});

Deno.test("a second SIGINT, more than a second after the first, ends such a daemon at once with 130", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using daemon = await hungDaemon(replica, folder.path);
  daemon.child.kill("SIGINT");
  await pastEcho();
  const start = performance.now();
  // More than once: the daemon may have taken the first a little later than it was sent, and counts a second from then.
  const again = setInterval(() => daemon.child.kill("SIGINT"), AGAIN_MILLIS);
  daemon.child.status.then(() => clearInterval(again));
  const run = await daemon.ended;
  const millis = performance.now() - start;
  console.log(`a second SIGINT while a disk hangs: ended after ${Math.round(millis)} ms`);
  assert.deepEqual([run.code, run.signal], [130, null]);
  assert.ok(millis < busy() * AT_ONCE_MILLIS, `${millis} ms`);
});

Deno.test("SIGUSR2 starts a cycle in an idle daemon, which fetches what has been listed since", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:05" } });
  using folder = temporaryDirectory();
  await using daemon = await idleDaemon(replica, folder.path);
  replica.listed.until = null;
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Asked by SIGUSR2, starting fetch cycle\n(.*\n)* *.* - Cycle 2: DETR: 5 files, /);
  await ended(daemon, "SIGTERM");
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
});

Deno.test("SIGUSR2 during a cycle starts exactly one more right after it", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:05" } });
  using folder = temporaryDirectory();
  replica.inject("storage", drip(40, 20), { times: 1, name: SLOW });
  await using daemon = startDaemon(replica, folder.path);
  await reached(daemon, "the slow download", () => countsOf(replica.requests)[`storage ${SLOW}`] === 1);
  replica.listed.until = null;
  for (let times = 0; times < 3; times++) daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const said = linesOf(await ended(daemon, "SIGTERM"), "INFO");
  const ends = said.filter((line) => /^(Cycle|Asked) /.test(line)).map((line) => line.replace(/, .*/, ""));
  assert.deepEqual(ends, ["Cycle 1: DETR: 5 files", "Asked by SIGUSR2", "Cycle 2: DETR: 5 files"]);
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
});

function assertEndedAtOnce(run: Run, what: string): void {
  console.log(`${what}: ended after ${Math.round(run.millis)} ms`);
  assertForeseen(run, 0);
  assert.match(run.stderr, / - Stopping daemon mode for DETR, ended by SIG(TERM|INT)\n$/);
  assert.ok(run.millis < busy() * AT_ONCE_MILLIS, `${run.millis} ms`);
}

/** A daemon whose cycle hangs while reading a file: in its place is a pipe into which nothing is written. */
async function hungDaemon(replica: Replica, dir: string): Promise<Program> {
  const pipe = `${dir}/.xetra-parqed/pending-DETR.json`;
  Deno.mkdirSync(`${dir}/.xetra-parqed`);
  assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
  const daemon = startDaemon(replica, dir);
  let writer: number | null = null;
  await reached(daemon, "a reader of the pipe", () => (writer = openIfRead(pipe)) !== null);
  daemon.ended.then(() => closeSync(writer!));
  return daemon;
}

/** Opens a pipe for writing; null when no process reads it. */
function openIfRead(pipe: string): number | null {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENXIO") return null;
    throw error;
  }
}
