import { join, relative } from "node:path";
import type { Replica } from "../../scripts/replica/server.ts";
import { filesBelow } from "../e2e/disk.ts";
import type { Run } from "../e2e/harness.ts";

/** A daemon's PID file, in its working directory. */
export const PID_FILE = "daemon.pid";

/** A folder for other engines, in the working directory. */
export const LAKE = "lake";

/** A command that is killed at each of its calls, on copies of one working directory. */
export interface Strike extends AsyncDisposable {
  /** The working directory before each round. */
  readonly start: string;
  /** The command, for a copy of it. */
  args(dir: string): string[];
  /** Its exit code when it is not killed. */
  readonly code: number;
  /** What a daemon logs before it is ended by its `PID_FILE`; null for a command that ends by itself. */
  readonly endsAfter: RegExp | null;
  /** Whether a call on this path, relative to the working directory, is struck. */
  isStruck(path: string): boolean;
  /** Whether a round takes seconds; then only a full run has its rounds. */
  readonly isSlow: boolean;
  /** What must be stored at the end; null when nothing is. */
  readonly truth: Truth | null;
  /** Whether raw files may be deleted when their rows are proved. */
  readonly deletesRaw: boolean;
  /** Throws when what the killed run left, or the run after it, is wrong. */
  readonly judge?: (dir: string, runs: readonly Run[]) => void | Promise<void>;
}

/** What must be stored of a replica, without the files named in `except`. */
export interface Truth {
  readonly replica: Pick<Replica, "writeTruth">;
  readonly except: readonly string[];
}

/**
 * The paths of all files below a working directory, relative to it; rotated logs count as one, and so do damaged files
 * that were kept at different times.
 */
export function pathsBelow(dir: string): string[] {
  return filesBelow(dir).map((path) => relative(dir, path).replace(/(\.damaged)-[\dTZ-]+$/, "$1"))
    .filter((path) => !path.startsWith("logs/"));
}

/** Raw files with their bytes, by their paths in the working directory. */
export type RawFiles = ReadonlyMap<string, Uint8Array>;

export function rawFilesBelow(dir: string): RawFiles {
  const files = filesBelow(join(dir, "data/de/xetra/raw"));
  const whole = files.filter((path) => path.endsWith(".json.gz") && !path.includes("/.unfinished-"));
  return new Map(whole.map((path) => [relative(dir, path), Deno.readFileSync(path)]));
}
