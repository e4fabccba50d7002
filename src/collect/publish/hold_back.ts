import type { SpooledFile } from "../../store/spool/spooled_file.ts";

/** Files in the spool that a later cycle publishes. */
export interface HeldBack {
  /** By the names of the files in the spool: a second version has one of its own. */
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
  readonly spooled: SpooledFile;
  readonly at: number;
}

/** Files that may wait, and until when, in milliseconds since 1970. */
export interface Wait {
  readonly files: readonly SpooledFile[];
  readonly until: number;
}

/** No file may wait. */
export const NO_WAIT: Wait = { files: [], until: 0 };

/**
 * Which files of a date may wait for a later cycle: those that arrived after the last publication, if they are all minute
 * files. Older ones were there then and were not understood, which every cycle reports: they are no reason to publish the
 * others. A publication in the future is no reason to wait: the clock was set back.
 */
export function mayWait(
  arrivals: readonly Arrival[],
  { now, lastPublished, everyMillis }: Pause,
): Wait {
  if (lastPublished === null || lastPublished > now || lastPublished + everyMillis <= now) return NO_WAIT;
  const files = arrivals.filter(({ at }) => at >= lastPublished).map(({ spooled }) => spooled);
  const areMinutes = files.every(({ file }) => file.kind === "minute");
  return areMinutes ? { files, until: lastPublished + everyMillis } : NO_WAIT;
}

/** Combines several dates: all names, until the first of the dates is published; null when there are none. */
export function heldTogether(dates: Iterable<HeldBack>): HeldBack | null {
  const all = [...dates];
  if (all.length === 0) return null;
  return { names: all.flatMap(({ names }) => names), until: Math.min(...all.map(({ until }) => until)) };
}
