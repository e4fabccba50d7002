import { errorCode } from "./disk_error.ts";

/**
 * On disk when it returns: which files a folder holds, and under which names. False where the file system has no such
 * thing as the sync of a folder. Throws what the disk throws.
 */
export function syncFolder(path: string): boolean {
  using folder = Deno.openSync(path);
  try {
    folder.syncSync();
    return true;
  } catch (error) {
    if (errorCode(error) === "EINVAL") return false;
    throw error;
  }
}
