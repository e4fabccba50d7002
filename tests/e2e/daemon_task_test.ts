import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { checkoutOf } from "./checkout.ts";
import { closing, DAY, heard, upToDate } from "./daemon_program.ts";
import { assertForeseen } from "./evidence.ts";
import { runProgram, startProgram, type TemporaryDirectory, temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";
import { REFUSED, REFUSED_PATHS } from "./ways_out.ts";

/** To whom SIGTERM is sent: by `kill`, by a terminal or systemd, by `kill $(cat pidfile)`. */
const ADDRESSEES: Record<string, (task: number, checkout: TemporaryDirectory) => string> = {
  "the task": (task) => `${task}`,
  "the task's process group": (task) => `-${task}`,
  "the task's child": (_, checkout) => Deno.readTextFileSync(checkout.of("xetra.pid")).trim(),
};

for (const [addressee, pidOf] of Object.entries(ADDRESSEES)) {
  Deno.test(`\`deno task daemon DETR\` fetches, stores, is fine, and ends with 0 on SIGTERM to ${addressee}`, async () => {
    const now = upToDate("DETR");
    await using replica = await startReplica({ days: [DAY, now], files: closing(now) });
    using checkout = checkoutOf("main.ts");
    const options = ["--active-hours", "00:00-24:00", "--quota", "1000/1", "--pid-file", "xetra.pid"];
    await using task = startProgram(["DETR", ...options, "--log-file", "logs/xetra.log"], {
      under: ["setsid"],
      deno: ["task", "--quiet"],
      main: "daemon",
      cwd: checkout.path,
      env: { XETRA_PARQED_API_URL: replica.apiUrl },
    });
    // A failure kills the task alone, whose child would go on, and this test wait for its end.
    using _group = { [Symbol.dispose]: () => killGroup(task.child.pid) };
    await heard(task, / - Cycle 1: DETR: 12 files, /);
    const check = await runProgram(["status", "DETR", "--check", "--wrk-dir", checkout.path]);
    assert.deepEqual([check.code, check.stdout], [0, "DETR: fine\n"]);

    const start = performance.now();
    const pid = pidOf(task.child.pid, checkout);
    const kill = await new Deno.Command("kill", { args: ["-TERM", "--", pid] }).output();
    assert.ok(kill.success);
    const run = await task.ended;
    const millis = performance.now() - start;
    console.log(`SIGTERM to ${addressee}: ended after ${Math.round(millis)} ms`);
    assertForeseen(run, 0);
    assert.ok(millis < busy() * 1_000, `${millis} ms`);
    assert.match(run.stderr, / - Stopping daemon mode for DETR, ended by SIGTERM\n$/);
    assert.equal(Deno.readTextFileSync(checkout.of("logs/xetra.log")), run.stderr);
    assert.throws(() => Deno.statSync(checkout.of("xetra.pid")), Deno.errors.NotFound);
    await assertStoresTruth(checkout.path, replica);
  });
}

Deno.test("`deno task daemon` grants nothing else: everything else that a program tries is refused", async () => {
  using checkout = checkoutOf("tests/e2e/permission_probe.ts");
  using outside = temporaryDirectory();
  Deno.writeTextFileSync(outside.of("file"), "secret");
  const env = { XETRA_PARQED_API_URL: "granted", SECRET: "secret" };
  const options = { deno: ["task", "--quiet"], main: "daemon", cwd: checkout.path, env };
  const run = await runProgram([outside.path], options);
  assert.equal(run.code, 0, run.stderr);
  const { allowed, refused, environment } = JSON.parse(run.stdout);
  assert.deepEqual(allowed, ["a file in the folder", "a server on loopback"]);
  assert.deepEqual(refused, { ...REFUSED, ...REFUSED_PATHS });
  assert.deepEqual(environment, { NO_COLOR: "1", XETRA_PARQED_API_URL: "granted" });
  assert.equal(Deno.readTextFileSync(outside.of("file")), "secret");
});

/** Kills all processes of a group; nothing happens when there are none any more. */
function killGroup(leader: number): void {
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
