/**
 * Where files go that are not data, or not finished: a tree beside the data, which a rename can reach. If a rename
 * cannot reach it because the data have a disk of their own, or if the tree cannot be created, they stay in the file's
 * own folder under a name that readers skip.
 */
import { dirname, join } from "node:path";
import { errorCode } from "../system/disk_error.ts";
import { CannotWrite, isThere, makeDirectory, onDisk, replaceKeeping } from "../system/atomic.ts";
import { damagedPath, hiddenPath } from "./aside_names.ts";
import type { Layout } from "./layout.ts";

/** A name that does not exist. */
const NOTHING = ".unfinished-nothing";

/**
 * The beginning of the path under which something is kept of the data file at `path`. Makes both folders. Throws
 * `CannotWrite`.
 */
export function pathAside(layout: Layout, path: string): string {
  const aside = layout.aside(path);
  return isReached(dirname(aside), dirname(path)) ? aside : hiddenPath(path);
}

/**
 * Where to keep the damaged file at `path`: a path that does not exist yet; `now` as for `damagedPath`. Throws
 * `CannotWrite`.
 */
export function damagedAside(layout: Layout, path: string, now: number): string {
  return damagedPath(pathAside(layout, path), now, isThere);
}

/**
 * Puts the finished file `made` in the place of the damaged one at `path`, which is kept; returns where. Throws as
 * `replaceKeeping`.
 */
export function replaceDamaged(layout: Layout, made: string, path: string, now: number): string {
  const aside = damagedAside(layout, path, now);
  replaceKeeping(made, path, aside);
  return aside;
}

/** The folder in which to make the data file at `path`. Makes both folders. Throws `CannotWrite`. */
export function workshopOf(layout: Layout, path: string): string {
  const workshop = layout.workshop(path);
  return isReached(workshop, dirname(path)) ? workshop : dirname(path);
}

/** Whether a file can be renamed from a folder of data to `aside` and back. */
function isReached(aside: string, folder: string): boolean {
  makeDirectory(folder);
  return aside === folder || (canMake(aside) && isOneDevice(aside, folder) && isOneMount(aside, folder));
}

/** The folder above may belong to another user, when only the folders of data are ours. */
function canMake(folder: string): boolean {
  try {
    makeDirectory(folder);
    return true;
  } catch (error) {
    if (error instanceof CannotWrite) return false;
    throw error;
  }
}

/** Subvolumes of one mount have different devices. */
function isOneDevice(one: string, other: string): boolean {
  const [device, otherDevice] = [one, other].map((path) => onDisk(path, () => Deno.statSync(path).dev));
  return device === otherDevice;
}

/**
 * A folder that is mounted a second time is another mount of the same device. The system reports that before it reports
 * the missing file.
 */
function isOneMount(one: string, other: string): boolean {
  try {
    Deno.renameSync(join(one, NOTHING), join(other, NOTHING));
    return true;
  } catch (error) {
    return errorCode(error) !== "EXDEV";
  }
}
