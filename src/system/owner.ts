import { lchownSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Gives what root has just made to the owner of its folder: else a service could not go on with what root's hand did
 * for it. What others make, and what lies in a folder of root's, stays as it is. Throws what the system throws.
 */
export function giveToFolderOwner(path: string): void {
  if (Deno.lstatSync(path).uid !== 0) return;
  const { uid, gid } = Deno.statSync(dirname(path));
  // Not chown: a link that somebody puts in its place would lead root elsewhere.
  if (uid !== 0 && uid !== null && gid !== null) lchownSync(path, uid, gid);
}
