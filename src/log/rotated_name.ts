import { basename } from "node:path";

/** UTC, since a name that jumps with the clocks would sort and age wrongly. */
const SUFFIX = /^\.(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.(\d{3})(?:\.\d+)?(\.gz|\.gz\.tmp)?$/;

/** A file that was rotated away, by its name. */
export interface RotatedName {
  /** When it was rotated, in Unix milliseconds. */
  readonly rotatedAt: number;
  /** Whether it still waits to be compressed. */
  readonly plain: boolean;
}

/**
 * The name for the log file `path` when it is rotated at `millis` (Unix): `PATH.20251201-193908.993` in UTC, with
 * `.1`, `.2`, … after it when that is `taken`.
 */
export function rotatedPath(path: string, millis: number, taken: (path: string) => boolean): string {
  const stamp = new Date(millis).toISOString().replaceAll(/[-:Z]/g, "").replace("T", "-");
  const rotated = `${path}.${stamp}`;
  for (let k = 0;; k++) {
    const candidate = k === 0 ? rotated : `${rotated}.${k}`;
    if (!taken(candidate) && !taken(compressedPath(candidate))) return candidate;
  }
}

/** Under which name a rotated file is kept. */
export function compressedPath(rotated: string): string {
  return `${rotated}.gz`;
}

/** Under which name a rotated file is compressed. */
export function unfinishedPath(rotated: string): string {
  return `${compressedPath(rotated)}.tmp`;
}

/** The rotated file of the log file `path` that `name`, in the same folder, is; null when it is none. */
export function parseRotatedName(name: string, path: string): RotatedName | null {
  const base = basename(path);
  const match = name.startsWith(base) ? SUFFIX.exec(name.slice(base.length)) : null;
  if (match === null) return null;
  const [year, month, day, hour, minute, second, millis] = match.slice(1, 8).map(Number);
  const rotatedAt = Date.UTC(year, month - 1, day, hour, minute, second, millis);
  return { rotatedAt, plain: match[8] === undefined };
}
