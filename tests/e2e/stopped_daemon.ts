/** A daemon with a PID file and a log file, and its end by SIGTERM. */
import assert from "node:assert/strict";
import type { Replica } from "../../scripts/replica/server.ts";
import { daemonArgs, ended } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen } from "./evidence.ts";
import { fetchArgs, type Program, type Run, startProgram, type TemporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertStoresTruth } from "./truth.ts";

/** A working directory, with the files that the daemons in it use. */
export interface Home {
  readonly dir: string;
  readonly pidFile: string;
  readonly logFile: string;
}

export function homeIn(folder: TemporaryDirectory): Home {
  return { dir: folder.of("work"), pidFile: folder.of("detr.pid"), logFile: folder.of("log/detr.log") };
}

/** A daemon that is active at every hour and logs everything; disposing it kills it. */
export function startAt({ dir, pidFile, logFile }: Home, replica: Pick<Replica, "apiUrl">): Program {
  const more = ["--pid-file", pidFile, "--log-file", logFile, "--log-level", "DEBUG"];
  return startProgram(daemonArgs(replica, dir, { more }));
}

/**
 * Ends a daemon by SIGTERM; it must end with 0 and without its PID file, unfinished files or lines that are not in
 * the log file, whose last line says that it stops.
 */
export async function stopped(daemon: Program, { dir, pidFile, logFile }: Home): Promise<Run> {
  const run = await ended(daemon, "SIGTERM");
  assert.ok(!filesBelow(dir).some((path) => path.includes(".unfinished-")), "nothing unfinished is left");
  assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
  assert.ok(Deno.readTextFileSync(logFile).endsWith(run.stderr), "the log file has what stderr got");
  assert.match(run.stderr, / - Stopping daemon mode for DETR, ended by SIGTERM\n$/);
  return run;
}

/** Fails unless a run now ends with exactly what the replica published. */
export async function assertNothingLost({ dir }: Home, replica: Replica): Promise<void> {
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 0);
  await assertStoresTruth(dir, replica);
}
