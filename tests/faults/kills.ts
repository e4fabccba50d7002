/**
 * Kills of the program at the calls by which it changes its files, one at a time, by strace.
 *
 * Facts about strace 6.1: the signal of `inject=CALL:signal=SIGKILL:when=N` comes before the
 * Nth call, which is then not made. N is counted for each thread and each kind of call by itself. `-P PATH` leaves out
 * what touches other paths, also from the count; it knows whole paths only, and of a rename the first. `--seccomp-bpf`
 * swallows the signal. So a first run of each strike, in which nothing is killed, shows all paths below its folder
 * that are touched; their random parts are steady (`steady_names.ts`), and the Nth call on any of these is struck.
 * A command changes files on its main thread, except for one fdatasync per compressed log; a daemon does so also on
 * the thread of its cycle, and the first thread to come to N is struck. So what was struck is read from the trace,
 * and what the counting did not reach is struck by its own path: without `-f` if it is on the main thread.
 */
import { cpSync } from "node:fs";
import { join, relative } from "node:path";
import { busy } from "../busy.ts";
import { type Run, type RunOptions, startProgram } from "../e2e/harness.ts";
import { PID_FILE, type Strike } from "./strike.ts";
import { type Call, callsIn } from "./trace.ts";

/** The calls that change files, or make changes durable. */
const CALLS = [
  ...["write", "writev", "pwrite64", "ftruncate", "fsync", "fdatasync"],
  ...["rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "rmdir"],
];
/** The longest that a run takes on a machine that has nothing else to do, and much more. */
const LONGEST_MILLIS = 120_000;
const STEADY = new URL("steady_names.ts", import.meta.url).pathname;

/** A call to be struck: the nth of its kind that touches one of `paths`, which are relative to the folder. */
export interface Target {
  readonly name: string;
  readonly nth: number;
  readonly paths: readonly string[];
  /** Whether calls of all threads count, each thread's by themselves, or those of the main thread only. */
  readonly anyThread: boolean;
}

/** A call that was made, or struck: `main rename data/…/trades.parquet 2` is the second of these on that thread. */
export type CallId = string;

/** The result of a strike's first run. */
export interface Reference {
  /** All calls that are to be struck, in order. */
  readonly calls: readonly CallId[];
  /** The same for the counting, which strikes the first thread that comes to a number: one target for all threads. */
  readonly targets: readonly Target[];
}

/** A round in which the program was killed. */
export interface Killed {
  readonly run: Run;
  /** The call before which it was killed. */
  readonly struck: CallId;
}

/** Runs a strike's command in `dir`, a copy of its start, without a kill. Throws when it does not end as it should. */
export async function referenceOf(strike: Strike, dir: string): Promise<Reference> {
  copyInto(dir, strike.start);
  const { run, calls } = await traced(strike, dir, ["-f", "-e", `trace=${CALLS.join(",")}`]);
  if (run.code !== strike.code) throw new Error(`the first run ${endOf(run)}`);
  const isStruck = (path: string) => isBelow(dir, path) && strike.isStruck(relative(dir, path));
  const touched = calls.filter(({ paths }) => paths.some(isStruck));
  const paths = [...new Set(touched.flatMap(({ paths }) => paths).map((path) => relative(dir, path)))];
  const counts = new Map<string, number>();
  const counted = touched.map(({ thread, name }) => `${name} ${countUp(counts, `${thread} ${name}`)}`);
  const targets = [...new Set(counted)].map((target) => {
    const [name, nth] = target.split(" ");
    return { name, nth: Number(nth), paths, anyThread: true };
  });
  return { calls: idsOf(touched, dir), targets };
}

/**
 * Runs a strike's command in `dir`, a new copy of its start, and kills it at the target; null when the run had
 * ended before. Throws when it ends otherwise.
 */
export async function killAt(
  strike: Strike,
  { name, nth, paths, anyThread }: Target,
  dir: string,
): Promise<Killed | null> {
  copyInto(dir, strike.start);
  const { run, calls } = await traced(strike, dir, [
    ...anyThread ? ["-f"] : [],
    ...["-e", `trace=${name}`, "-e", `inject=${name}:signal=SIGKILL:when=${nth}`],
    ...paths.flatMap((path) => ["-P", join(dir, path)]),
  ]);
  if (run.code === strike.code) return null;
  const struck = calls.findIndex(({ result }) => result === null);
  if (run.code !== 137 || struck < 0) throw new Error(`it ${endOf(run)}`);
  return { run, struck: idsOf(calls.slice(0, struck + 1), dir).at(-1)! };
}

/**
 * Runs a strike's command in `dir`, a new copy of its start, and sends it SIGTERM at the target: that call is made, and
 * then the program is told. Returns how it ended.
 */
export async function terminateAt(strike: Strike, { name, nth, paths }: Target, dir: string): Promise<Run> {
  copyInto(dir, strike.start);
  const inject = ["-f", "-e", `trace=${name}`, "-e", `inject=${name}:signal=SIGTERM:when=${nth}`];
  const { run } = await traced(strike, dir, [...inject, ...paths.flatMap((path) => ["-P", join(dir, path)])]);
  return run;
}

/** Runs a strike's command in `dir` to its end. Throws when it does not come to one. */
export async function runIn(
  dir: string,
  { args, endsAfter }: Strike,
  options: RunOptions = {},
): Promise<Run> {
  const signal = AbortSignal.timeout(Math.round(LONGEST_MILLIS * busy()));
  await using program = startProgram(args(dir), { ...options, signal });
  if (endsAfter !== null) await program.said(endsAfter).then(() => terminateDaemonIn(dir), () => {});
  const run = await program.ended;
  if (signal.aborted) {
    throw new Error(`after ${Math.round(run.millis / 1_000)} s it had not ended: ${said(run)}`);
  }
  return run;
}

/** How a run ended, and what it wrote. */
export function endOf(run: Run): string {
  return `ended with ${run.code}: ${said(run)}`;
}

function said({ stdout, stderr }: Run): string {
  return `stdout: ${stdout.trimEnd() || "nothing"}\nstderr: ${stderr.trimEnd() || "nothing"}`;
}

/** Runs a strike's command in `dir` under strace with `options`; returns its calls as well. */
export async function traced(
  strike: Strike,
  dir: string,
  options: readonly string[],
): Promise<{ run: Run; calls: Call[] }> {
  const trace = `${dir}.strace`;
  const run = await runIn(dir, strike, {
    deno: ["run", "--quiet", "-A", "--preload", STEADY],
    under: ["strace", "-qq", "-y", "-s", "0", "-o", trace, ...options],
  });
  const calls = callsIn(Deno.readTextFileSync(trace));
  Deno.removeSync(trace);
  return { run, calls };
}

/** strace passes no signal on, so that a daemon gets it by its PID, if it has not just been killed. */
function terminateDaemonIn(dir: string): void {
  try {
    Deno.kill(Number(Deno.readTextFileSync(join(dir, PID_FILE))), "SIGTERM");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What distinguishes each call from the others of a run. */
function idsOf(calls: readonly Call[], dir: string): CallId[] {
  const counts = new Map<string, number>();
  return calls.map(({ name, paths, onMain }) => {
    const what = `${onMain ? "main" : "other"} ${name} ${relative(dir, paths[0])}`;
    return `${what} ${countUp(counts, what)}`;
  });
}

function countUp(counts: Map<string, number>, what: string): number {
  const count = (counts.get(what) ?? 0) + 1;
  counts.set(what, count);
  return count;
}

/** The target that is struck by its own path. */
export function targetOf(id: CallId): Target {
  const [thread, name, ...rest] = id.split(" ");
  return {
    name,
    nth: Number(rest.at(-1)),
    paths: [rest.slice(0, -1).join(" ")],
    anyThread: thread === "other",
  };
}

/** Makes `dir` a copy of a folder. */
export function copyInto(dir: string, from: string): void {
  Deno.removeSync(dir, { recursive: true });
  cpSync(from, dir, { recursive: true, preserveTimestamps: true });
}

function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
