/** What strace tells of a run: its system calls, with the paths that they touch. */
import { resolve } from "node:path";

/** The calls whose first argument is the descriptor of an open file; others name what they touch. */
const BY_DESCRIPTOR: ReadonlySet<string> = new Set(
  ["write", "writev", "pwrite64", "pwritev", "ftruncate", "fsync", "fdatasync", "fallocate", "close"],
);

/** A call, by the place where it began. */
export interface Call {
  /** Whether the process's first thread made it. */
  readonly onMain: boolean;
  readonly thread: string;
  readonly name: string;
  /** As strace prints them, descriptors with their paths. */
  readonly args: string;
  /** What it touches: of a descriptor what it stands for; of a rename and a link first from where, then to where. */
  readonly paths: readonly string[];
  /** What it returned; null when it never did. */
  readonly result: string | null;
}

/** The calls in the output of `strace -y -o`, with `-f` or without, in the order in which they began. */
export function callsIn(trace: string): Call[] {
  const main = Math.min(...Array.from(trace.matchAll(/^\d+(?= )/gm), ([thread]) => Number(thread)));
  const calls: Omit<Call, "onMain">[] = [];
  const unfinished = new Map<string, number>();
  for (const line of trace.split("\n")) {
    const [, thread = "", text] = /^(?:(\d+) +)?(.*)$/.exec(line)!;
    const [, name, rest] = /^(\w+)\((.*)$/.exec(text) ?? [];
    if (name !== undefined) {
      if (rest.endsWith(" <unfinished ...>")) unfinished.set(thread, calls.length);
      calls.push(callOf(thread, name, rest));
      continue;
    }
    const [, resumed] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
    const place = unfinished.get(thread);
    if (resumed === undefined || place === undefined) continue;
    const { name: begun, args } = calls[place];
    calls[place] = callOf(thread, begun, args + resumed);
    unfinished.delete(thread);
  }
  // The first thread has the lowest number; without `-f` there is no other.
  return calls.map((call) => ({ ...call, onMain: call.thread === "" || Number(call.thread) === main }));
}

function callOf(thread: string, name: string, text: string): Omit<Call, "onMain"> {
  const [, args, result] = /^(.*)\) += (.*)$/.exec(text) ??
    [null, text.replace(" <unfinished ...>", ""), "?"];
  const paths = BY_DESCRIPTOR.has(name) ? descriptorIn(args) : pathsIn(args);
  return { thread, name, args, paths, result: result.startsWith("?") ? null : result };
}

function descriptorIn(args: string): string[] {
  const [, path] = /^\d+<(\/[^>]*)>/.exec(args) ?? [];
  return path === undefined ? [] : [path];
}

/** Each path among a call's arguments, below the folder before it, if it is relative to one. */
function pathsIn(args: string): string[] {
  const named = args.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g);
  return Array.from(named, ([, folder, path]) => resolve(folder ?? "/", path));
}

/** Whether strace is there and may trace. */
export const canTrace: boolean = succeeds("strace", "-qq", "-o", "/dev/null", "true");

function succeeds(command: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
