import { basename, join } from "node:path";
import type { Venue } from "../feed/venue.ts";
import { entriesOf, ifThere, isUnfinished } from "../system/atomic.ts";
import { DATASETS, QUOTES_BY_HOUR, RAW, type Tree } from "./datasets.ts";
import { isHidden, isKept } from "./aside_names.ts";
import type { Layout } from "./layout.ts";

const TREES: readonly Tree[] = [...DATASETS, RAW];
/** Where version 0.1.0 kept files among the data. It had no quotes, whose folders of hours take long to walk through. */
const TREES_OF_FIRST_VERSION = TREES.filter((tree) => tree !== QUOTES_BY_HOUR);

/** What is kept of damaged files or folders and of the predecessor's files: only the owner of the data deletes it. */
export interface KeptFiles {
  readonly files: number;
  readonly bytes: number;
  /** The path of one of them; null when there is none. */
  readonly first: string | null;
}

/** What is kept for a venue, beside its data and among them. */
export function keptFiles(layout: Layout, venue: Venue): KeptFiles {
  const [aside, among] = [TREES, TREES_OF_FIRST_VERSION].map((trees) =>
    trees.map((tree) => layout.ofVenue(tree, venue))
  );
  const paths = [...aside.map((folder) => layout.aside(folder)), ...among].flatMap(thingsBelow)
    .filter((path) => isKept(basename(path)));
  const sizes = paths.map((path) => ifThere(() => Deno.lstatSync(path))?.size ?? 0);
  return { files: paths.length, bytes: sizes.reduce((sum, size) => sum + size, 0), first: paths[0] ?? null };
}

/** What version 0.1.0 kept among the data of a venue, where readers of the folder find it. */
export function keptWithData(layout: Layout, venue: Venue): string[] {
  return TREES_OF_FIRST_VERSION.flatMap((tree) => thingsBelow(layout.ofVenue(tree, venue)))
    .filter((path) => isKept(basename(path)) && !isHidden(basename(path)));
}

/**
 * The files below a folder, sorted by path; like readers, it skips hidden folders. A folder counts as one file if its
 * name says that it is kept or unfinished or ends like a Parquet file, or if it may not be read.
 */
export function thingsBelow(folder: string): string[] {
  return entriesOf(folder).flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (!isDirectory || isKept(name) || isUnfinished(name) || name.endsWith(".parquet")) return [path];
    return isHidden(name) ? [] : ifReadable(path);
  });
}

/** Some folders cannot be read, such as the `lost+found` of a disk that is mounted there. */
function ifReadable(folder: string): string[] {
  try {
    return thingsBelow(folder);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return [folder];
    throw error;
  }
}
