import { dirname } from "node:path";
import { writeAllSync } from "../system/atomic.ts";
import { syncFolder } from "../system/folder.ts";
import { giveToFolderOwner } from "../system/owner.ts";
import { openLocked } from "./file.ts";
import { compressedPath, unfinishedPath } from "./rotated_name.ts";

/** A file up to this size is finished even when the process is about to end: 0.2 s, the default size included. */
const FINISHED_ANYWAY_BYTES = 16 * 1024 * 1024;

/**
 * Replaces the rotated file by its gzip. False when it has to be left for another time: a process still has it open
 * and may write to it (every writer holds a shared lock), another one compresses it, or `stop` has fired.
 * Throws when the disk refuses; then, as after a crash, the rotated file is still whole.
 */
export async function compressRotated(rotated: string, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return false;
  try {
    // Held on a descriptor of its own until the rotated file is gone: the stream closes the one that it reads.
    using lock = openLocked(rotated, { read: true, write: true }, "exclusive");
    if (lock === null) return false;
    await gzip(rotated, lock.statSync().size > FINISHED_ANYWAY_BYTES ? stop : undefined);
    Deno.renameSync(unfinishedPath(rotated), compressedPath(rotated));
    // Before the lines' other place goes: after a power cut one of the two must be there.
    syncFolder(dirname(rotated));
    Deno.removeSync(rotated);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true; // compressed or deleted by another process
    if (stop.aborted) return false;
    throw error;
  }
}

/** Into the unfinished file, on disk when it returns; leaves none when it throws. */
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
