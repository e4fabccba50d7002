/** Errors of the system in the program's calls that touch its working directory, one at a time, by strace. */
import type { RunOptions } from "../e2e/harness.ts";

/** The nth call of a kind fails, or all from it on. */
export interface Strike {
  readonly call: string;
  readonly error: string;
  readonly nth: number;
  readonly onwards: boolean;
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

/**
 * Sockets use these calls as well, so that only one call may fail: with all later ones, the program
 * would be cut off from the network and the log.
 */
const ALSO_OF_SOCKETS: ReadonlySet<string> = new Set(["write", "read"]);

/**
 * How strace is to run the program. strace 6.1 counts `when=` for each thread and each kind of call by itself, and its
 * `-P` knows whole paths only, while unfinished files have random names. So there is no `-f`: only the main thread is
 * traced, which makes all calls on files, one after the other; the threads of the network and of V8 are left alone.
 * What the nth call touched is in the trace.
 */
export function traced(traceFile: string, strike?: Strike): NonNullable<RunOptions["under"]> {
  const inject = strike === undefined
    ? []
    : ["-e", `inject=${strike.call}:error=${strike.error}:when=${strike.nth}${strike.onwards ? "+" : ""}`];
  const calls = strike?.call ?? Object.keys(ERRORS).join(",");
  return ["strace", "-qq", "-y", "-o", traceFile, "-e", `trace=${calls}`, ...inject];
}

/** All strikes at the calls of a trace that touch something below `dir`, in the order of the calls. */
export function strikesIn(traceFile: string, dir: string): Strike[] {
  const counts = new Map<string, number>();
  return callsIn(traceFile).flatMap(({ call, line }) => {
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    if (!line.includes(dir)) return [];
    return ERRORS[call].flatMap((error): Strike[] => {
      const once = { call, error, nth, onwards: false };
      return ALSO_OF_SOCKETS.has(call) ? [once] : [once, { ...once, onwards: true }];
    });
  });
}

/** One strike of each call and error, each at another part of the run, and with either extent in turn. */
export function sampleOf(strikes: readonly Strike[]): Strike[] {
  const kinds = Map.groupBy(strikes, ({ call, error }) => `${call} ${error}`);
  const golden = (Math.sqrt(5) - 1) / 2;
  return [...kinds.values()].map((all, index) => {
    const alike = all.filter(({ call, onwards }) =>
      ALSO_OF_SOCKETS.has(call) || onwards === (index % 2 === 1)
    );
    return alike[Math.floor(alike.length * (index * golden % 1))];
  });
}

/** Whether the first struck call was one below `dir`: those of the network come in another order each time. */
export function hasHit(traceFile: string, dir: string): boolean {
  const struck = callsIn(traceFile).find(({ line }) => line.endsWith("(INJECTED)"));
  return struck !== undefined && struck.line.includes(dir);
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
