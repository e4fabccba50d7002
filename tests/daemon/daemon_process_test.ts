import assert from "node:assert/strict";
import { join } from "node:path";
import { busy } from "../busy.ts";
import { Script } from "./process.ts";

/** The lines that a daemon prints, up to and including the first that begins with `wanted`. */
async function until(daemon: Script, wanted: string): Promise<string[]> {
  for (const lines: string[] = [];;) {
    const line = await daemon.line() ?? assert.fail(`it ended before it said ${wanted}: ${lines}`);
    lines.push(line);
    if (line.startsWith(wanted)) return lines;
  }
}

/** Sends a signal to a daemon; it must end with 0 and without its PID file, in less than half a second. */
async function mustEnd(daemon: Script, signal: Deno.Signal, pidFile: string): Promise<void> {
  const asked = performance.now();
  daemon.kill(signal);
  assert.equal((await daemon.ended()).code, 0);
  const millis = performance.now() - asked;
  assert.ok(millis < busy() * 500, `it took ${Math.round(millis)} ms to end`);
  assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
}

function pidFileIn(dir: string): string {
  return join(dir, "xetra.pid");
}

async function inTemporaryDirectory(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = Deno.makeTempDirSync();
  try {
    await work(dir);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("an idle daemon starts a cycle on SIGUSR2, and ends at once on SIGTERM and SIGINT", () =>
  inTemporaryDirectory(async (dir) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      await using daemon = new Script("run_daemon.ts", [pidFileIn(dir), "1", "0"]);
      await until(daemon, "Cycle 1: done, ");
      assert.equal(Deno.readTextFileSync(pidFileIn(dir)), `${daemon.pid}\n`);
      daemon.kill("SIGHUP");
      daemon.kill("SIGUSR2");
      const [asked, done, ...more] = await until(daemon, "Cycle 2");
      assert.deepEqual([asked, more], ["Asked by SIGUSR2, starting fetch cycle", []]);
      assert.match(done, /^Cycle 2: done, \d+\.\d s$/);
      await mustEnd(daemon, signal, pidFileIn(dir));
      assert.equal(await daemon.line(), `Stopping daemon mode for DETR, ended by ${signal}`);
    }
  }));

Deno.test("a daemon ends at once in the middle of a cycle", () =>
  inTemporaryDirectory(async (dir) => {
    await using daemon = new Script("run_daemon.ts", [pidFileIn(dir), "1", "60000"]);
    await until(daemon, "Starting daemon mode for DETR: fetching every 1 hour(s)");
    await mustEnd(daemon, "SIGTERM", pidFileIn(dir));
  }));

Deno.test("the rhythm holds in real time: ten starts half a second apart take 4.5 seconds, however long a cycle takes", () =>
  inTemporaryDirectory(async (dir) => {
    await using daemon = new Script("run_daemon.ts", [pidFileIn(dir), "0.5s", "200"]);
    await until(daemon, "Cycle 1:");
    const first = performance.now();
    const lines = await until(daemon, "Cycle 10:");
    // On a busy machine a cycle may take longer than its half second.
    const skipped = lines.map((line) => Number(/^Skipped (\d+) start/.exec(line)?.[1] ?? 0))
      .reduce((sum, count) => sum + count, 0);
    const millis = performance.now() - first; // counted from end to start it would be 6.3 seconds
    assert.ok(
      Math.abs(millis - 4_500 - skipped * 500) < 1_000,
      `${Math.round(millis)} ms, ${skipped} skipped`,
    );
    await mustEnd(daemon, "SIGTERM", pidFileIn(dir));
  }));
