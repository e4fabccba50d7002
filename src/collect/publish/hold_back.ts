import type { SpooledFile } from "../../store/spool/spooled_file.ts";

/** Files in the spool that a later cycle publishes. */
export interface HeldBack {
  /** By name. */
  readonly names: readonly string[];
  /** The time, in milliseconds since 1970, until which they may wait. */
  readonly until: number;
}

/** What decides whether the files of a date may wait for a later cycle; times in milliseconds since 1970. */
export interface Pause {
  readonly now: number;
  /** When the date's partition was last written; null when there is none. */
  readonly lastPublished: number | null;
  /** The minimum time between two publications. */
  readonly everyMillis: number;
}

/** A file waiting to be published, and when its bytes arrived. */
export interface Arrival {
  readonly kind: SpooledFile["file"]["kind"];
  readonly at: number;
}

/**
 * How long the files of a date may wait, in milliseconds since 1970; null when they must be published now. Only minute
 * files may wait, and only those that arrived after the last publication: an older one was there then and was not
 * understood, which every cycle reports. A publication in the future is no reason to wait: the clock was set back.
 */
export function waitsUntil(
  arrivals: readonly Arrival[],
  { now, lastPublished, everyMillis }: Pause,
): number | null {
  if (lastPublished === null || lastPublished > now || arrivals.length === 0) return null;
  if (!arrivals.every(({ kind, at }) => kind === "minute" && at >= lastPublished)) return null;
  const due = lastPublished + everyMillis;
  return due > now ? due : null;
}

/** Combines several dates: all names, until the first of the dates is published; null when there are none. */
export function heldTogether(dates: Iterable<HeldBack>): HeldBack | null {
  const all = [...dates];
  if (all.length === 0) return null;
  return { names: all.flatMap(({ names }) => names), until: Math.min(...all.map(({ until }) => until)) };
}
