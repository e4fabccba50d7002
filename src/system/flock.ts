import { infoOf } from "./atomic.ts";

/** Identifies a file regardless of its name. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number | null;
}

export function isSameFile(one: FileIdentity, other: FileIdentity | null): boolean {
  return other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** Whether the open file is the one that is at `path` now. */
export function isStillAt(path: string, file: Deno.FsFile): boolean {
  return isSameFile(file.statSync(), infoOf(path));
}

/**
 * Tries to take the advisory lock (flock(2)) of an open file, which the system releases when its holder dies. False
 * when another process holds a conflicting lock, or when `path` has become another file meanwhile, which the next
 * process would lock instead. Does not wait. Throws the system's errors.
 */
export function tryFlock(path: string, file: Deno.FsFile, mode: "exclusive" | "shared"): boolean {
  // Without the argument, two processes that both want an exclusive lock would both get a shared one.
  return file.tryLockSync(mode === "exclusive") && isStillAt(path, file);
}
