import type { SpooledFile } from "../../store/spool/spooled_file.ts";

/** Files in the spool that a later cycle publishes. */
export interface HeldBack {
  /** By name. */
  readonly names: readonly string[];
  /** Until when, in milliseconds since 1970. */
  readonly until: number;
}

/** What decides whether the files of a date may wait for a later cycle; times in milliseconds since 1970. */
export interface Pause {
  readonly now: number;
  /** When the date's partition was written last; null when there is none. */
  readonly lastPublished: number | null;
  /** The least time from one publication to the next. */
  readonly everyMillis: number;
}

/** A file that waits to be published, and when its bytes came. */
export interface Arrival {
  readonly kind: SpooledFile["file"]["kind"];
  readonly at: number;
}

/**
 * Until when the files of a date may wait, in milliseconds since 1970; null when they are to be published now. Only minute
 * files wait, and only those that came after the last publication: an older one was there then and not understood, which
 * every cycle reports. A publication from the future is no reason to wait: the clock was set back.
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

/** Of several dates: the names of all, until the first of them is published; null of none. */
export function heldTogether(dates: Iterable<HeldBack>): HeldBack | null {
  const all = [...dates];
  if (all.length === 0) return null;
  return { names: all.flatMap(({ names }) => names), until: Math.min(...all.map(({ until }) => until)) };
}
