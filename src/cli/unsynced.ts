import { log } from "../log/log.ts";
import { ifThere } from "../system/atomic.ts";
import type { Layout } from "../store/layout.ts";
import { errorCode } from "../system/disk_error.ts";
import { syncFolder } from "../system/folder.ts";

/** Warns if a power cut may lose the names of complete files; call it once in a run that writes. */
export function warnOfUnsynced({ workingDirectory, state }: Layout): void {
  if (isSynced(state)) return;
  log.warning(
    `The file system of ${workingDirectory} cannot write a folder to disk at once: after a power cut the newest ` +
      "files may be missing. They are fetched again while they are listed",
  );
}

/**
 * True also for a folder that does not exist yet or cannot be synced: whoever writes into it reports that, with the
 * file.
 */
function isSynced(folder: string): boolean {
  try {
    return ifThere(() => syncFolder(folder)) ?? true;
  } catch (error) {
    if (errorCode(error) === undefined && !(error instanceof Deno.errors.NotCapable)) throw error;
    return true;
  }
}
