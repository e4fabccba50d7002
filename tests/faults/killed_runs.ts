import assert from "node:assert/strict";
import { assertForeseen, PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { runProgram } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";

/** Kills the program before each of these calls, the nth of its kind, then runs it to its end. */
export async function killedAndRun(
  args: readonly string[],
  ...strikes: readonly (readonly [call: string, nth: number])[]
): Promise<void> {
  for (const [call, nth] of strikes) {
    const kill = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${nth}`];
    const under = ["strace", "-f", "-qqq", "-o", "/dev/null", ...kill];
    const run = await runProgram(args, { under, signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    assert.equal(run.code, 137, `at ${call} ${nth}: ${run.stderr}`);
  }
  assertForeseen(await runInOneProcess(args), 0);
}
