import { dirname } from "node:path";
import type { Clock } from "./clock.ts";
import { fromDisk } from "./disk_error.ts";
import { tryFlock } from "./flock.ts";
import { giveToFolderOwner } from "./owner.ts";
import { isThere, makeDirectory, onDisk, writeAllSync } from "./atomic.ts";

/** How often a refused lock is tried again. */
const RETRY_MILLIS = 50;
const BLANK = 0x20;

/** A lock that is held; disposing it lets go. The file stays, so that all lock the same one. */
export interface HeldLock extends Disposable {
  readonly file: Deno.FsFile;
  /** Whether the file was made for it. */
  readonly isNew: boolean;
}

/**
 * Takes the advisory lock on a file, which is made when it is not there; the system frees it when its holder dies.
 * Tries for `patienceMillis`, then returns what stands in the file. Throws `CannotWrite` when there can be no such
 * file, and the signal's reason.
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

/** All that stands in a small file; `path` is its name for the message. */
export function contentOf(path: string, file: Deno.FsFile): string {
  return fromDisk(path, () => {
    const bytes = new Uint8Array(file.statSync().size);
    file.seekSync(0, Deno.SeekMode.Start);
    return new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
  });
}

/**
 * Replaces all that stands in a small file; `path` is its name for the message. It is written over, with blanks up to
 * its old end, and then cut: a full disk has room for that, and a crash leaves the old content or the new one. Throws
 * `CannotWrite`.
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
