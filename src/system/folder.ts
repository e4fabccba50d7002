import { errorCode } from "./disk_error.ts";

/**
 * Syncs a folder: when it returns, the names of the folder's files are on disk. False where the file system cannot sync
 * a folder. Throws the disk's errors.
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
