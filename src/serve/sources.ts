import type { OwnCoverage } from "../collect/monitor/day_coverage.ts";
import type { KnownDays } from "../collect/monitor/known_days.ts";
import type { Venue } from "../feed/venue.ts";
import type { Layout } from "../store/layout.ts";
import type { Turns } from "../system/turns.ts";

/** What the answers are made of. */
export interface Sources {
  readonly layout: Layout;
  readonly knownDays: KnownDays<OwnCoverage>;
  /** The page asks for those of all venues at once: side by side, each would hold two ledgers at a time. */
  readonly calendars: Turns;
  /** Those that are shown. */
  readonly venues: () => readonly Venue[];
  /** What `status --json` says of each venue, and the `remedy` for its verdict. */
  readonly status: () => Promise<unknown>;
  /** The log file of the daemon; null when it is not known. */
  readonly logFile: string | null;
  /** Gives other answers their turn; to be awaited between pieces of work. */
  readonly breathe: () => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
