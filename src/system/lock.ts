import { dirname } from "node:path";
import type { Clock } from "./clock.ts";
import { fromDisk } from "./disk_error.ts";
import { tryFlock } from "./flock.ts";
import { giveToFolderOwner } from "./owner.ts";
import { isThere, makeDirectory, onDisk, writeAllSync } from "./atomic.ts";

/** The time between two attempts to take a lock. */
const RETRY_MILLIS = 50;
const BLANK = 0x20;

/** A lock that is held; disposing it releases it. The file stays, so that all processes lock the same one. */
export interface HeldLock extends Disposable {
  readonly file: Deno.FsFile;
  /** Whether the file was created for this lock. */
  readonly isNew: boolean;
}

/**
 * Takes the advisory lock on a file, which is created if it does not exist; the system releases the lock when its
 * holder dies. If the lock is not free within `patienceMillis`, returns the content of the file instead. Throws
 * `CannotWrite` when the file cannot be created, and the signal's reason.
 */
export async function takeLock(
  path: string,
  clock: Clock,
  patienceMillis: number,
  signal: AbortSignal,
): Promise<{ lock: HeldLock } | { holder: string }> {
  makeDirectory(dirname(path));
  for (let waited = 0;; waited += RETRY_MILLIS) {
    signal.throwIfAborted();
    const attempt = tryLock(path);
    if ("lock" in attempt || waited >= patienceMillis) return attempt;
    await clock.sleep(RETRY_MILLIS, signal);
  }
}

function tryLock(path: string): { lock: HeldLock } | { holder: string } {
  const isNew = !onDisk(path, () => isThere(path));
  const file = onDisk(
    path,
    () => Deno.openSync(path, { read: true, write: true, create: true, mode: 0o640 }),
  );
  using opened = new DisposableStack();
  opened.use(file);
  if (isNew) onDisk(path, () => giveToFolderOwner(path));
  if (!onDisk(path, () => tryFlock(path, file, "exclusive"))) return { holder: contentOf(path, file) };
  opened.move();
  return { lock: { file, isNew, [Symbol.dispose]: () => file.close() } };
}

/** The content of a small file; `path` is its name for messages. */
export function contentOf(path: string, file: Deno.FsFile): string {
  return fromDisk(path, () => {
    const bytes = new Uint8Array(file.statSync().size);
    file.seekSync(0, Deno.SeekMode.Start);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  });
}

/**
 * Replaces the content of a small file; `path` is its name for messages. It is overwritten in place, padded with blanks
 * to its old length, and then cut: even a full disk has room for that, and a crash leaves the old content or the new
 * one. Throws `CannotWrite`.
 */
export function replaceContent(path: string, file: Deno.FsFile, content: string): void {
  const bytes = new TextEncoder().encode(content);
  onDisk(path, () => {
    const over = new Uint8Array(Math.max(bytes.length, file.statSync().size)).fill(BLANK);
    over.set(bytes);
    file.seekSync(0, Deno.SeekMode.Start);
    writeAllSync(file, over);
    file.truncateSync(bytes.length);
  });
}
