/** What the end-to-end tests look at after a run: the lines of its log, and what it left in a folder. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RecordedRequest } from "../../scripts/replica/exchange.ts";
import { filesBelow } from "./disk.ts";
import type { Program, Run } from "./harness.ts";

/** `2025-12-01 20:39:08.993 | INFO     | collect.cycle:run:184 - Checking missing dates for DETR` */
export const LOG_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \| (\w+) *\| \S+ - (.*)$/;
/** A line of a stack trace, which no line of a help text that begins with "at" is. */
const STACK_LINE = /^\s+at .*(?::\d+:\d+|<anonymous>)\)?$/m;

/** The messages of a run's log, each after its level: `INFO Checking missing dates for DETR`. */
export function logOf({ stderr }: Run): string[] {
  return stderr.split("\n").filter((line) => line !== "").map((line) => {
    const [, level, message] = LOG_LINE.exec(line) ?? assert.fail(`not a line of the log: ${line}`);
    return `${level} ${message}`;
  });
}

/** Fails unless the run ended with this code in an expected way: at most one ERROR line, and no stack trace. */
export function assertForeseen(run: Run, code: number): void {
  assert.equal(run.code, code, `exit code ${run.code} instead of ${code}: ${run.stderr}`);
  assert.doesNotMatch(run.stderr, /Uncaught|This is a bug/);
  for (const output of [run.stderr, run.stdout]) assert.doesNotMatch(output, STACK_LINE);
}

/** The only ERROR message of a run that ended with this code in an expected way. */
export function onlyErrorOf(run: Run, code: number): string {
  assertForeseen(run, code);
  const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
  assert.equal(errors.length, 1, `one ERROR line expected: ${run.stderr}`);
  return errors[0].slice("ERROR ".length);
}

/** The one JSON document that a run wrote to stdout, with its logs on stderr only. */
export function jsonOf<Document = Record<string, unknown>>(run: Run): Document {
  logOf(run);
  return JSON.parse(run.stdout);
}

/** Everything below a folder, with the digest of its content and when it was written; sorted. */
export function treeOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    const { mtime, ino } = Deno.statSync(path);
    const content = isDirectory ? "" : createHash("sha256").update(Deno.readFileSync(path)).digest("hex");
    return [`${path} ${ino} ${mtime?.getTime()} ${content}`, ...isDirectory ? treeOf(path) : []];
  }).sort();
}

/** How many complete files of the exchange are below a working directory. */
export function rawFileCount(dir: string): number {
  return filesBelow(dir).filter((path) => path.endsWith(".json.gz")).length;
}

/** How often something was requested from a replica: `download NAME` or `storage NAME` or `list VENUE`. */
export function countsOf(requests: readonly RecordedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { place, name } of requests) {
    const key = `${place} ${name}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** How long the program waits for a minute file; of that the replica sees what is left when a request comes late. */
const FILE_PATIENCE_MILLIS = 29_000;

/**
 * The files that were requested again from this part of a replica sooner than a program may: after 30 s in which they
 * were not complete. So much passes only where the machine is very busy, or the program is stopped.
 */
export function repeatedSoon(requests: readonly RecordedRequest[], at: RecordedRequest["place"]): string[] {
  const byName = Map.groupBy(requests.filter(({ place }) => place === at), ({ name }) => name);
  const isSoon = (times: readonly RecordedRequest[]) =>
    times.some(({ at }, i) => i > 0 && at - times[i - 1].at < FILE_PATIENCE_MILLIS);
  return [...byName].filter(([, times]) => isSoon(times)).map(([name]) => name);
}

/** How long to wait for something that always comes: only a defect takes longer, however busy the machine is. */
export const PATIENCE_MILLIS = 120_000;
/** The time between two checks of a state that sends no event when it changes. */
const LOOK_MILLIS = 5;

/** Resolves once `condition` holds; fails when the program ends before, or it never does. */
export async function reached(program: Program, what: string, condition: () => boolean): Promise<void> {
  const state = { run: null as Run | null };
  program.ended.then((run) => state.run = run);
  await awaited(what, () => {
    if (condition()) return true;
    assert.equal(state.run, null, `${what}: the program ended before: ${state.run?.stderr}`);
    return false;
  });
}

/** Resolves once `condition` holds; fails when it never does. */
export async function awaited(what: string, condition: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MILLIS; !condition();) {
    assert.ok(performance.now() < end, `${what}: not within ${PATIENCE_MILLIS / 1_000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
  }
}

/** Counts from now on how often any process opens or closes a file, which a refused lock does at each try. */
export function looksAt(path: string): Disposable & { count: number } {
  const watcher = Deno.watchFs(path);
  const looks = { count: 0, [Symbol.dispose]: () => watcher.close() };
  (async () => {
    for await (const { kind } of watcher) looks.count += Number(kind === "access");
  })();
  return looks;
}

/** Whether a command exists and succeeds. */
export async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stdin: "null", stdout: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
