/** The names of files beside others: second versions, and what is kept of the predecessor's and of damaged files. */
import { basename, dirname, join } from "node:path";
import { stampedPath } from "../system/stamped_path.ts";
import { TRADES_BY_DAY } from "./datasets.ts";
import { SHORT_DIGEST } from "./digest.ts";

/** How the names of kept files end: of the predecessor's and of damaged ones. */
const KEPT = new RegExp(
  String.raw`\.~(${SHORT_DIGEST})\.predecessor$|\.damaged-\d{8}T\d{6}Z(?:-\d+)?$`,
);

/**
 * Whether a file with this name in a day's folder may hold trades of the predecessor: a whole day's, or some not yet
 * merged.
 */
export function isPredecessorName(name: string): boolean {
  return name === TRADES_BY_DAY.file || /^trades-\d+-\d+\.parquet$/.test(name);
}

/** Stands between a name and the digest of its content, where several files may have the name. */
const VERSION_MARK = ".~";

/**
 * Where to keep bytes that arrived under the same name as those at `path` but differ; `digest` is that of the new
 * bytes.
 */
export function versionPath(path: string, digest: string): string {
  return `${path}${VERSION_MARK}${digest}`;
}

/** The name of a raw file and, for a second version, the digest after it. */
export function splitVersion(name: string): string[] {
  return name.split(VERSION_MARK);
}

/** Where a file of the predecessor is kept once its trades are in a partition of ours; for `path` see `pathAside`. */
export function keptPath(path: string, digest: string): string {
  return `${versionPath(path, digest)}.predecessor`;
}

/** The digest in the name of a kept file of the predecessor; null when it is not one. */
export function digestOfKept(name: string): string | null {
  return KEPT.exec(name)?.[1] ?? null;
}

/** Where a damaged file is kept when another replaces it, `PATH.damaged-20260902T030405Z`: see `stampedPath`. */
export function damagedPath(path: string, now: number, taken: (path: string) => boolean): string {
  return stampedPath(`${path}.damaged`, now, taken);
}

/** Whether a file with this name is a kept one. */
export function isKept(name: string): boolean {
  return KEPT.test(name);
}

/** A name in the same folder that readers skip even if they are given the whole folder. */
export function hiddenPath(path: string): string {
  return join(dirname(path), `.${basename(path)}`);
}

/** Whether readers that are given a folder skip a file with this name. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name.startsWith("_");
}
