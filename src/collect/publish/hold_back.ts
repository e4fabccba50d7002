import { expectedFiles } from "../../feed/calendar/expected_files.ts";
import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import { isMinuteFile, type MinuteFile } from "../../feed/file_names.ts";
import type { SpooledFile } from "../../store/spool/spooled_file.ts";
import { overdueAt } from "../monitor/absent.ts";

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
  /** The rows of the partition. */
  readonly rows: number;
}

/** A file waiting to be published, when its bytes arrived, and how many there are. */
export interface Arrival {
  readonly spooled: SpooledFile;
  readonly at: number;
  readonly bytes: number;
}

/** Files that may wait, and until when, in milliseconds since 1970. */
export interface Wait {
  readonly files: readonly SpooledFile[];
  readonly until: number;
}

/** No file may wait. */
export const NO_WAIT: Wait = { files: [], until: 0 };

/** The size of an empty gzip stream: 10 bytes of header, an empty block, 8 bytes of trailer. A stream of one byte has 21. */
const EMPTY_GZIP_BYTES = 20;

/**
 * Which files of a date may wait for a later cycle: those that arrived after the last publication, if they are all minute
 * files. Minutes without trades wait longer, until one with trades comes or the trading day is over, because publishing
 * them rewrites all trades of the day. Files older than the publication were there then and were not understood, which
 * every cycle reports: they are no reason to publish the others. A publication in the future is no reason to wait: the
 * clock was set back.
 */
export function mayWait(arrivals: readonly Arrival[], pause: Pause): Wait {
  const { now, lastPublished, everyMillis, rows } = pause;
  if (lastPublished === null || lastPublished > now) return NO_WAIT;
  const arrived = arrivals.filter(({ at }) => at >= lastPublished);
  const files = arrived.map(({ spooled }) => spooled);
  const minutes = files.map(({ file }) => file).filter(isMinuteFile);
  if (minutes.length === 0 || minutes.length < files.length) return NO_WAIT;
  const areEmpty = arrived.every(({ bytes }) => bytes <= EMPTY_GZIP_BYTES);
  const due = lastPublished + everyMillis;
  const until = areEmpty && rows > 0 ? Math.max(due, dayIsOverAt(minutes[0])) : due;
  return until > now ? { files, until } : NO_WAIT;
}

/**
 * When all minute files of a file's trading day on its UTC date should be there, in milliseconds since 1970; -Infinity on
 * days without trading. In summer the first hour of a trading day has the UTC date of the day before.
 */
function dayIsOverAt(file: MinuteFile): number {
  const expected = expectedFiles(file.venue, tradingDayOf(file), file.service);
  const last = expected.findLast(({ date }) => date === file.date);
  return last === undefined ? -Infinity : overdueAt(last);
}

/** Combines several dates: all names, until the first of the dates is published; null when there are none. */
export function heldTogether(dates: Iterable<HeldBack>): HeldBack | null {
  const all = [...dates];
  if (all.length === 0) return null;
  return { names: all.flatMap(({ names }) => names), until: Math.min(...all.map(({ until }) => until)) };
}
