/** Errors of the system in the program's calls that touch its working directory, one at a time, by strace. */
import { join, relative } from "node:path";
import type { RunOptions } from "../e2e/harness.ts";

/** The nth call of a kind on the working directory fails, or all from it on. */
export interface Strike {
  readonly call: string;
  readonly error: string;
  readonly nth: number;
  readonly onwards: boolean;
  /** What is touched there, relative to it: calls on anything else do not count. */
  readonly paths: readonly string[];
}

/** The errors of the calls by which the program reads and writes its files. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  openat: ["EMFILE", "EIO", "ENOSPC"],
  write: ["ENOSPC", "EIO"],
  fsync: ["EIO", "ENOSPC"],
  rename: ["ENOSPC", "EIO"],
  ftruncate: ["EIO", "ENOSPC"],
  mkdir: ["ENOSPC", "EIO"],
  flock: ["EIO"],
  getdents64: ["EIO"],
  read: ["EIO"],
};

/** Files come in pieces by these calls: of a run of them only one fails at a time. */
const OFTEN: ReadonlySet<string> = new Set(["write", "read"]);

/** Before the program, so that its unfinished files have the same names in each run. */
export const STEADY: readonly string[] = [
  "--preload",
  new URL("steady_names.ts", import.meta.url).pathname,
];

/**
 * How strace is to run the program, whose names are steady, in `dir`. strace 6.1 counts `when=` for each thread and
 * each kind of call by itself. There is no `-f`: only the main thread is traced, which makes all calls on files, one
 * after the other; the threads of the network and of V8 are left alone. `-P` leaves out, also from the count, what the
 * main thread calls elsewhere: how often it wakes other threads differs from run to run.
 */
export function traced(traceFile: string, dir: string, strike?: Strike): NonNullable<RunOptions["under"]> {
  const strace = ["strace", "-qq", "-y", "-o", traceFile];
  if (strike === undefined) return [...strace, "-e", `trace=${Object.keys(ERRORS).join(",")}`];
  const { call, error, nth, onwards, paths } = strike;
  const inject = `inject=${call}:error=${error}:when=${nth}${onwards ? "+" : ""}`;
  const only = paths.flatMap((path) => ["-P", join(dir, path)]);
  return [...strace, "-e", `trace=${call}`, "-e", inject, ...only];
}

/** All strikes at the calls of a trace that touch something below `dir`, in the order of the calls. */
export function strikesIn(traceFile: string, dir: string): Strike[] {
  const touching = callsIn(traceFile).filter(({ line }) => line.includes(dir));
  const paths = [...new Set(touching.flatMap(({ line }) => pathsIn(line, dir)))];
  const counts = new Map<string, number>();
  return touching.flatMap(({ call }) => {
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    return ERRORS[call].flatMap((error): Strike[] => {
      const once = { call, error, nth, onwards: false, paths };
      return OFTEN.has(call) ? [once] : [once, { ...once, onwards: true }];
    });
  });
}

/** The paths in a line of a trace that are below `dir`, relative to it. */
function pathsIn(line: string, dir: string): string[] {
  const named = Array.from(line.matchAll(/<(\/[^>]*)>|"(\/[^"]*)"/g), ([, open, name]) => open ?? name);
  return named.map((path) => relative(dir, path)).filter((path) => !path.startsWith(".."));
}

/** One strike of each call and error, each at another part of the run, and with either extent in turn. */
export function sampleOf(strikes: readonly Strike[]): Strike[] {
  const kinds = Map.groupBy(strikes, ({ call, error }) => `${call} ${error}`);
  const golden = (Math.sqrt(5) - 1) / 2;
  return [...kinds.values()].map((all, index) => {
    const alike = all.filter(({ call, onwards }) => OFTEN.has(call) || onwards === (index % 2 === 1));
    return alike[Math.floor(alike.length * (index * golden % 1))];
  });
}

/** Whether a call was struck; none is where a run makes one less than was counted. */
export function hasHit(traceFile: string): boolean {
  return callsIn(traceFile).some(({ line }) => line.endsWith("(INJECTED)"));
}

function callsIn(traceFile: string): { call: string; line: string }[] {
  return Deno.readTextFileSync(traceFile).split("\n").flatMap((line) => {
    const [, call] = /^(\w+)\(/.exec(line) ?? [];
    return call !== undefined && call in ERRORS ? [{ call, line }] : [];
  });
}

export function textOf({ call, error, nth, onwards }: Strike): string {
  return `${error} at ${call} ${nth}${onwards ? " and all after it" : ""}`;
}

/** Whether strace is there and may trace; says so if not. */
export const canTrace: boolean = await isPossible();

async function isPossible(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("strace", { args: ["-qq", "-o", "/dev/null", "true"] })
      .output();
    if (!success) console.log("left out: strace may not trace here");
    return success;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("left out: there is no strace here");
    return false;
  }
}
