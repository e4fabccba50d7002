import { basename } from "node:path";

/** The time is in UTC: with a name that jumps with the clocks, files would be sorted and aged wrongly. */
const SUFFIX = /^\.(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.(\d{3})(?:\.\d+)?(\.gz|\.gz\.tmp)?$/;

/** A rotated file, as its name describes it. */
export interface RotatedName {
  /** When it was rotated, in Unix milliseconds. */
  readonly rotatedAt: number;
  /** Whether it is not compressed yet. */
  readonly plain: boolean;
}

/**
 * The name for the log file `path` when it is rotated at `millis` (Unix): `PATH.20251201-193908.993` in UTC, followed
 * by `.1`, `.2`, … when that is `taken`.
 */
export function rotatedPath(path: string, millis: number, taken: (path: string) => boolean): string {
  const stamp = new Date(millis).toISOString().replaceAll(/[-:Z]/g, "").replace("T", "-");
  const rotated = `${path}.${stamp}`;
  for (let k = 0;; k++) {
    const candidate = k === 0 ? rotated : `${rotated}.${k}`;
    if (!taken(candidate) && !taken(compressedPath(candidate))) return candidate;
  }
}

/** The name under which a rotated file is kept. */
export function compressedPath(rotated: string): string {
  return `${rotated}.gz`;
}

/** The name of a rotated file while it is being compressed. */
export function unfinishedPath(rotated: string): string {
  return `${compressedPath(rotated)}.tmp`;
}

/** Parses `name` as a rotated file of the log file `path` in the same folder; null when it is not one. */
export function parseRotatedName(name: string, path: string): RotatedName | null {
  const base = basename(path);
  const match = name.startsWith(base) ? SUFFIX.exec(name.slice(base.length)) : null;
  if (match === null) return null;
  const [year, month, day, hour, minute, second, millis] = match.slice(1, 8).map(Number);
  const rotatedAt = Date.UTC(year, month - 1, day, hour, minute, second, millis);
  return { rotatedAt, plain: match[8] === undefined };
}
