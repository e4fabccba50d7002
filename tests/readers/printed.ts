/** Runs a reader that is a program of its own. */
import assert from "node:assert/strict";
import { startCommand, temporaryDirectory } from "../e2e/harness.ts";

/** Spark takes a minute for all, on two cores that have little else to do; others may have much. */
const PATIENCE_MS = 20 * 60_000;

/**
 * What a reader prints for these paths, as JSON.
 *
 * @param runtime the command that runs the script
 * @param script its path below this folder
 */
export async function printedBy<Answer>(
  runtime: readonly string[],
  script: string,
  paths: readonly string[],
): Promise<Answer> {
  using folder = temporaryDirectory();
  await using program = startCommand([...runtime, new URL(script, import.meta.url).pathname, ...paths], {
    cwd: folder.path,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}
