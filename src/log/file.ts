/** Which file it is, whatever it is called. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number | null;
}

/**
 * Opens `path` and locks it (flock(2), so that a killed process frees it), shared or exclusively. Null when another
 * process holds a lock against this one, or `path` has meanwhile become another file. Waits for nothing.
 * Throws what opening throws.
 */
export function openLocked(path: string, options: Deno.OpenOptions, exclusive: boolean): Deno.FsFile | null {
  const file = Deno.openSync(path, options);
  let locked = false;
  try {
    locked = file.tryLockSync(exclusive) && isSameFile(file.statSync(), infoOf(path));
  } finally {
    if (!locked) file.close();
  }
  return locked ? file : null;
}

/** What is at `path`; null when nothing is. */
export function infoOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

export function isSameFile(one: FileIdentity, other: FileIdentity | null): boolean {
  return other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** A single write may take only some of the bytes; the next one says why. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
}
