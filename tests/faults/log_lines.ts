import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { filesBelow } from "../e2e/disk.ts";
import type { Run } from "../e2e/harness.ts";

/** The log file in a working directory. */
export const LOG_FILE = "logs/xetra.log";

/**
 * The lines of a log with its rotated files, in order; those of a file that exists twice, plain and compressed, once.
 */
export function logsOf(dir: string): string[] {
  const files = filesBelow(join(dir, dirname(LOG_FILE))).filter((path) => !/\.(lock|tmp)$/.test(path));
  return files
    .filter((path) => !path.endsWith(".gz") || !files.includes(path.slice(0, -".gz".length)))
    .flatMap(linesOf)
    .sort();
}

/** Asserts that a log has the lines that it had before, and each that these runs wrote to stderr, once. */
export function assertNoLineLost(before: readonly string[], runs: readonly Run[], dir: string): void {
  const said = runs.flatMap(({ stderr }) => stderr.split("\n").slice(0, -1));
  assert.deepEqual(logsOf(dir), [...before, ...said].sort());
  // A file that a killed run was compressing is unchanged, or the next run has compressed it.
  const paths = filesBelow(join(dir, dirname(LOG_FILE)));
  const unfinished = paths.filter((path) => path.endsWith(".gz.tmp"));
  const whole = unfinished.map((path) => path.slice(0, -".gz.tmp".length));
  assert.deepEqual(whole.filter((path) => !paths.includes(path)).map((path) => basename(path)), []);
}

function linesOf(path: string): string[] {
  const bytes = Deno.readFileSync(path);
  const text = new TextDecoder().decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  assert.ok(text === "" || text.endsWith("\n"), `${path} ends within a line`);
  return text.split("\n").slice(0, -1);
}
