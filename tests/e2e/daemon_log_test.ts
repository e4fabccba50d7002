import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAY, ended, heard, idleDaemon, startDaemon } from "./daemon_program.ts";
import { logOf, reached } from "./evidence.ts";
import { temporaryDirectory } from "./harness.ts";

Deno.test("SIGHUP after the log was moved away begins a new one at once, and leaves the old one alone", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const [log, old] = [folder.of("logs/xetra.log"), folder.of("logs/xetra.log.1")];
  await using daemon = await idleDaemon(replica, folder.of("data"), ["--log-file", log]);
  Deno.renameSync(log, old);
  const before = Deno.readTextFileSync(old);
  daemon.child.kill("SIGHUP");
  await reached(daemon, "a new log", () => sizeOf(log) === 0);
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const { stderr } = await ended(daemon, "SIGTERM");
  assert.equal(Deno.readTextFileSync(old), before);
  assert.equal(before + Deno.readTextFileSync(log), stderr);
});

Deno.test("a log that is moved away again and again while cycles run loses no line by it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const log = folder.of("xetra.log");
  const more = ["--log-file", log, "--log-level", "DEBUG", "--interval", "0.1s"];
  await using daemon = startDaemon(replica, folder.of("data"), more);
  const logs: string[] = [];
  for (let times = 1; times <= 20; times++) {
    await reached(daemon, "lines in the log", () => (sizeOf(log) ?? 0) > 0);
    Deno.renameSync(log, `${log}.${times}`);
    daemon.child.kill("SIGHUP");
    logs.push(`${log}.${times}`);
  }
  await reached(daemon, "a new log", () => sizeOf(log) !== null);
  const { stderr } = await ended(daemon, "SIGTERM");
  assert.equal([...logs, log].map((path) => Deno.readTextFileSync(path)).join(""), stderr);
});

Deno.test("SIGHUP without a log file is heard, and changes nothing", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using daemon = await idleDaemon(replica, folder.path);
  daemon.child.kill("SIGHUP");
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  assert.equal(logOf(await ended(daemon, "SIGTERM")).filter((line) => /HUP/.test(line)).length, 0);
});

/** Of a file; null when it is not there. */
function sizeOf(path: string): number | null {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
