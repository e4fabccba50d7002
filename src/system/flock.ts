import { ifThere } from "./atomic.ts";

/** Which file it is, whatever it is called. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number | null;
}

/** What is at `path`, of a link where it leads to; null when nothing is. */
export function infoOf(path: string): Deno.FileInfo | null {
  return ifThere(() => Deno.statSync(path));
}

export function isSameFile(one: FileIdentity, other: FileIdentity | null): boolean {
  return other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** Whether what is open is what lies at `path` now. */
export function isStillAt(path: string, file: Deno.FsFile): boolean {
  return isSameFile(file.statSync(), infoOf(path));
}

/**
 * Tries for the advisory lock (flock(2)) of an open file, which the system frees when its holder dies. False when another
 * process holds one against it, or `path` has meanwhile become another file: whoever comes next would lock that. Waits for
 * nothing. Throws what the system throws.
 */
export function tryFlock(path: string, file: Deno.FsFile, mode: "exclusive" | "shared"): boolean {
  // Without the argument two processes that want it for themselves would both get a shared lock.
  return file.tryLockSync(mode === "exclusive") && isStillAt(path, file);
}
