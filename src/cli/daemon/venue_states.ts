import { counted } from "../../collect/counted.ts";
import { behindText, lagBetween } from "../../collect/monitor/freshness.ts";
import type { VenueState } from "../../collect/monitor/health.ts";
import { isFailure, readVenueState, writeVenueState } from "../../collect/monitor/venue_state.ts";
import type { CycleOutcome } from "../../daemon/announce.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { takeLock } from "../../system/lock.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import type { DaemonResult } from "./cycle_thread.ts";

/** The states that cycles leave for monitoring. */
export class VenueStates {
  /** What they store is called `noun` in the singular. */
  constructor(
    readonly venues: readonly Venue[],
    readonly layout: Layout,
    readonly noun: string,
  ) {}

  /** When the venues' last cycle started; null when one of them has no result from any cycle. */
  lastCycle(): Temporal.Instant | null {
    const states = this.venues.map((venue) => readVenueState(this.layout, venue));
    const starts = states.map((state) =>
      state === null || isEmptyHanded(state) ? null : state.lastCycle.start
    );
    return starts.includes(null) ? null : Temporal.Instant.from(starts.sort()[0]!);
  }

  /** The newest stored minute of a venue according to its last cycle, `2026-09-01T08:34`. */
  newestMinute(venue: Venue): string | null {
    return readVenueState(this.layout, venue)?.newestMinute ?? null;
  }

  /** How many files of the venues wait in the spool to be published later. */
  heldBack(): number {
    const states = this.venues.map((venue) => readVenueState(this.layout, venue));
    return states.reduce((sum, state) => sum + (state?.heldBack?.names.length ?? 0), 0);
  }

  /**
   * Records for monitoring when the next cycle starts. If another run holds a venue now, that run records its own
   * state.
   */
  async record(nextStart: Temporal.Instant, signal: AbortSignal): Promise<void> {
    for (const venue of this.venues) {
      const taken = await takeLock(this.layout.writeLock(venue), systemClock, 0, signal);
      if ("holder" in taken) continue;
      using _lock = taken.lock;
      const state = readVenueState(this.layout, venue);
      if (state !== null) await writeVenueState(this.layout, { ...state, nextCycle: nextStart.toString() });
    }
  }
}

/**
 * Whether a venue's cycles failed and nothing is stored. A venue for which the exchange lists nothing has not failed.
 */
function isEmptyHanded({ failedCycles, newestMinute }: VenueState): boolean {
  return failedCycles > 0 && newestMinute === null;
}

/** What the results of a cycle mean to the daemon. */
export function outcomeOf(results: readonly DaemonResult[], states: VenueStates): CycleOutcome {
  const failed = results.filter(isFailure);
  return {
    summary: results.flatMap((result) => summaryOf(result, states)).join("; "),
    failure: failed.length === 0
      ? null
      : failed.map(({ venue, error }) => `${venue}: ${error ?? "see above"}`).join("; "),
    unavailable: results.some(({ exitCode }) => exitCode === EXIT.unavailable),
    nothingYet: failed.some(({ venue }) => states.newestMinute(venue) === null),
  };
}

/** What a cycle did for a venue, and how late the data are; empty when it could not do anything. */
function summaryOf({ venue, report, end, bars }: DaemonResult, states: VenueStates): string[] {
  if (report === null) return [];
  const newest = states.newestMinute(venue);
  const late = newest === null ? "nothing stored" : lateness(venue, newest, end);
  const made = bars ? `${bars}, ` : "";
  return [
    `${venue}: ${counted(report.files, "file")}, ${counted(report.trades, states.noun)}, ${made}${late}`,
  ];
}

function lateness(venue: Venue, newest: string, now: number): string {
  const lag = lagBetween(venue, Date.parse(`${newest}Z`), now);
  return `stored to ${newest} UTC, ${behindText(lag)}`;
}
