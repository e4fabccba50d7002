import { lchownSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Gives what root has just made to the owner of its folder, or of that to which it will be moved: else a service could not go on with what root's hand did
 * for it. What others make, and what lies in a folder of root's, stays as it is. Throws what the system throws.
 */
export function giveToFolderOwner(path: string, folder = dirname(path)): void {
  if (Deno.lstatSync(path).uid !== 0) return;
  const { uid, gid } = Deno.statSync(folder);
  // Not chown: a link that somebody puts in its place would lead root elsewhere.
  if (uid !== 0 && uid !== null && gid !== null) lchownSync(path, uid, gid);
}
