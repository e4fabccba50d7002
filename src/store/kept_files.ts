import { basename, join } from "node:path";
import type { Venue } from "../feed/venue.ts";
import { entriesOf, ifThere, isUnfinished } from "../system/atomic.ts";
import { DATASETS, RAW, type Tree } from "./datasets.ts";
import { isHidden, isKept, type Layout } from "./layout.ts";

const TREES: readonly Tree[] = [...DATASETS, RAW];

/** What is kept of damaged files, or folders, and of the predecessor's: nobody takes it away but its owner. */
export interface KeptFiles {
  readonly files: number;
  readonly bytes: number;
  /** The path of one of them; null when there is none. */
  readonly first: string | null;
}

/** What is kept of a venue, beside its data and among them. */
export function keptFiles(layout: Layout, venue: Venue): KeptFiles {
  const stored = TREES.map((tree) => layout.ofVenue(tree, venue));
  const paths = [...stored.map((folder) => layout.aside(folder)), ...stored].flatMap(thingsBelow)
    .filter((path) => isKept(basename(path)));
  const sizes = paths.map((path) => ifThere(() => Deno.lstatSync(path))?.size ?? 0);
  return { files: paths.length, bytes: sizes.reduce((sum, size) => sum + size, 0), first: paths[0] ?? null };
}

/** What version 0.1.0 kept with the data of a venue, where readers of the folder come upon it. */
export function keptWithData(layout: Layout, venue: Venue): string[] {
  return TREES.flatMap((tree) => thingsBelow(layout.ofVenue(tree, venue)))
    .filter((path) => isKept(basename(path)) && !isHidden(basename(path)));
}

/**
 * The files below a folder, by path; hidden folders are passed over, as readers do. Something kept or unfinished, or
 * named as a Parquet file, is one thing, though it be a folder, and so is a folder that we may not read.
 */
export function thingsBelow(folder: string): string[] {
  return entriesOf(folder).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (!isDirectory || isKept(name) || isUnfinished(name) || name.endsWith(".parquet")) return [path];
    return isHidden(name) ? [] : ifReadable(path);
  });
}

/** Such as the `lost+found` of a disk that is mounted there. */
function ifReadable(folder: string): string[] {
  try {
    return thingsBelow(folder);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return [folder];
    throw error;
  }
}
