import { dirname } from "node:path";
import { writeAllSync } from "../system/atomic.ts";
import { syncFolder } from "../system/folder.ts";
import { giveToFolderOwner } from "../system/owner.ts";
import { openLocked } from "./file.ts";
import { compressedPath, unfinishedPath } from "./rotated_name.ts";

/**
 * Files up to this size are finished even when the process is about to end. It takes 0.2 s, and includes the default
 * size.
 */
const FINISHED_ANYWAY_BYTES = 16 * 1024 * 1024;

/**
 * Replaces the rotated file by its gzip. False when this must wait: a process still has the file open and may write to
 * it (every writer holds a shared lock), another process is compressing it, or `stop` has fired. Throws when the disk
 * refuses; then, as after a crash, the rotated file is still complete.
 */
export async function compressRotated(rotated: string, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return false;
  try {
    // Held by a descriptor of its own until the rotated file is gone: the stream closes the one it reads from.
    using lock = openLocked(rotated, { read: true, write: true }, "exclusive");
    if (lock === null) return false;
    await gzip(rotated, lock.statSync().size > FINISHED_ANYWAY_BYTES ? stop : undefined);
    Deno.renameSync(unfinishedPath(rotated), compressedPath(rotated));
    // Synced before the rotated file is removed: after a power cut one of the two must be there.
    syncFolder(dirname(rotated));
    Deno.removeSync(rotated);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true; // compressed or deleted by another process
    if (stop.aborted) return false;
    throw error;
  }
}

/** Writes the unfinished file, which is on disk when it returns; leaves no file when it throws. */
async function gzip(rotated: string, stop: AbortSignal | undefined): Promise<void> {
  using source = Deno.openSync(rotated);
  const unfinished = unfinishedPath(rotated);
  using target = Deno.openSync(unfinished, { write: true, create: true, truncate: true, mode: 0o640 });
  giveToFolderOwner(unfinished);
  try {
    // Not pipeTo(): with `preventClose` Deno 2.9.6 resolves it before the last bytes are written.
    for await (const piece of source.readable.pipeThrough(new CompressionStream("gzip"))) {
      stop?.throwIfAborted();
      writeAllSync(target, piece);
    }
    await target.syncData();
  } catch (error) {
    Deno.removeSync(unfinished);
    throw error;
  }
}
