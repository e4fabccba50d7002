/**
 * Where lies what is no data, and what is not finished: in a tree beside the data. A rename must reach it. Where it
 * does not, since the data have a disk of their own, or where the tree cannot be made, it is the file's own folder,
 * under a name that readers pass over.
 */
import { dirname, join } from "node:path";
import { errorCode } from "../system/disk_error.ts";
import { CannotWrite, isThere, makeDirectory, onDisk } from "../system/atomic.ts";
import { damagedPath, hiddenPath, type Layout } from "./layout.ts";

/** A name that nothing has. */
const NOTHING = ".unfinished-nothing";

/** How the path of what is kept of the data file at `path` begins. Makes both folders. Throws `CannotWrite`. */
export function pathAside(layout: Layout, path: string): string {
  const aside = layout.aside(path);
  return isReached(dirname(aside), dirname(path)) ? aside : hiddenPath(path);
}

/** Where the damaged file at `path` is to be kept: a path that nothing has; `now` as for `damagedPath`. Throws `CannotWrite`. */
export function damagedAside(layout: Layout, path: string, now: number): string {
  return damagedPath(pathAside(layout, path), now, isThere);
}

/** The folder in which the data file at `path` is to be made. Makes both folders. Throws `CannotWrite`. */
export function workshopOf(layout: Layout, path: string): string {
  const workshop = layout.workshop(path);
  return isReached(workshop, dirname(path)) ? workshop : dirname(path);
}

/** Whether a file can be renamed from a folder of data to `aside` and back. */
function isReached(aside: string, folder: string): boolean {
  makeDirectory(folder);
  return aside === folder || (canMake(aside) && isOneDevice(aside, folder) && isOneMount(aside, folder));
}

/** The folder above may belong to somebody else, where only the folders of data are ours. */
function canMake(folder: string): boolean {
  try {
    makeDirectory(folder);
    return true;
  } catch (error) {
    if (error instanceof CannotWrite) return false;
    throw error;
  }
}

/** Subvolumes of one mount are devices of their own. */
function isOneDevice(one: string, other: string): boolean {
  const [device, otherDevice] = [one, other].map((path) => onDisk(path, () => Deno.statSync(path).dev));
  return device === otherDevice;
}

/** A folder that is mounted once more is another mount of one device. The system says so before it misses the file. */
function isOneMount(one: string, other: string): boolean {
  try {
    Deno.renameSync(join(one, NOTHING), join(other, NOTHING));
    return true;
  } catch (error) {
    return errorCode(error) !== "EXDEV";
  }
}
