import { lchownSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Gives what root has just created to the owner of its folder, or of the folder it will be moved to: otherwise a
 * service could not continue what root did for it by hand. Does nothing for other users, or in a folder of root. Throws
 * the system's errors.
 */
export function giveToFolderOwner(path: string, folder = dirname(path)): void {
  if (Deno.lstatSync(path).uid !== 0) return;
  const { uid, gid } = Deno.statSync(folder);
  // Not chown: a link that somebody puts in its place would redirect root to another file.
  if (uid !== 0 && uid !== null && gid !== null) lchownSync(path, uid, gid);
}
