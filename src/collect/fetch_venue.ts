import type { Venue } from "../feed/venue.ts";
import type { Layout } from "../store/layout.ts";
import { acquireVenueLock } from "../store/venue_lock.ts";
import { CannotWrite } from "../system/atomic.ts";
import { isDiskDamaged, isRefusedBySystem } from "../system/disk_error.ts";
import type { Tools } from "./cycle.ts";
import { runCycleOnAnyDisk } from "./disk_full.ts";
import { readVenueState, stateAfter, writeVenueState } from "./monitor/venue_state.ts";
import type { CycleReport, VenueResult } from "./report.ts";
import { summarize } from "./summarize.ts";

/** How a cycle ended: what it did, or what it threw. */
export type Ending =
  | { readonly kind: "done"; readonly report: CycleReport }
  | { readonly kind: "failed"; readonly error: unknown };

/** What the caller of `fetchVenue` has to say. */
export interface Fetching {
  /** How long a lock that is held is waited for. */
  readonly patienceMillis: number;
  /** Of this program, for the files for monitoring. */
  readonly version: string;
  /** What the state has of an ending: the exit code of a run that ends so, and the failure in words. */
  readonly conclude: (ending: Ending) => Pick<VenueResult, "exitCode" | "error">;
  /** Done after the cycle, under the lock as well. */
  readonly afterwards?: (venue: Venue) => Promise<void>;
}

/**
 * One cycle of a venue under its write lock, with its files for monitoring. A failure is a result, and the caller's
 * to log: a daemon does not repeat it. Throws the signal's reason only.
 */
export async function fetchVenue(
  venue: Venue,
  tools: Tools,
  { patienceMillis, version, conclude, afterwards }: Fetching,
  signal: AbortSignal,
): Promise<VenueResult> {
  const { clock, layout } = tools;
  const began = clock.monotonic();
  const resultOf = (ending: Ending): VenueResult => {
    const end = clock.now();
    const start = end - (clock.monotonic() - began);
    const report = ending.kind === "done" ? ending.report : null;
    return { venue, start, end, report, ...conclude(ending) };
  };
  try {
    using _lock = await acquireVenueLock(layout.writeLock(venue), { clock, patienceMillis, signal });
    const ending = await endingOf(runCycleOnAnyDisk(venue, tools, signal), signal);
    const result = resultOf(ending);
    await recordState(layout, result, version, ending);
    await afterwards?.(venue);
    return result;
  } catch (error) {
    signal.throwIfAborted();
    return resultOf({ kind: "failed", error });
  }
}

/** Throws when the failure is the signal's. */
async function endingOf(cycle: Promise<CycleReport>, signal: AbortSignal): Promise<Ending> {
  try {
    const report = await cycle;
    summarize(report);
    return { kind: "done", report };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "failed", error };
  }
}

/** A disk that refused the cycle may refuse this as well: that is the cycle's failure already. */
async function recordState(
  layout: Layout,
  result: VenueResult,
  version: string,
  ending: Ending,
): Promise<void> {
  try {
    await writeVenueState(layout, stateAfter(readVenueState(layout, result.venue), result, version));
  } catch (error) {
    if (ending.kind === "done" || !isDiskRefusal(ending.error)) throw error;
  }
}

function isDiskRefusal(error: unknown): boolean {
  return !isDiskDamaged(error) && (error instanceof CannotWrite || isRefusedBySystem(error));
}
