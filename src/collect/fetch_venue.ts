import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import type { Layout } from "../store/layout.ts";
import { acquireVenueLock } from "../store/venue_lock.ts";
import { CannotWrite } from "../system/atomic.ts";
import { isDiskDamaged, isRefusedBySystem, reasonOf } from "../system/disk_error.ts";
import type { Tools } from "./cycle.ts";
import { runCycleOnAnyDisk } from "./disk_full.ts";
import { readVenueState, stateAfter, writeVenueState } from "./monitor/venue_state.ts";
import type { CycleReport, VenueResult } from "./report.ts";
import { summarize } from "./summarize.ts";

/** How a cycle ended: what it did, or what it threw. */
export type Ending =
  | { readonly kind: "done"; readonly report: CycleReport }
  | { readonly kind: "failed"; readonly error: unknown };

/** What the caller of `fetchVenue` decides. */
export interface Fetching {
  /** How long to wait for a lock that another process holds. */
  readonly patienceMillis: number;
  /** The program's version, for the monitoring files. */
  readonly version: string;
  /** The exit code and the error text that the venue's state records for an ending. */
  readonly conclude: (ending: Ending) => Pick<VenueResult, "exitCode" | "error">;
  /** The cycle itself; by default that of the venue's trades. */
  readonly cycle?: (venue: Venue, tools: Tools, signal: AbortSignal) => Promise<CycleReport>;
  /** What a row is called that it stores; default `trade`. */
  readonly noun?: string;
  /** Work to do after the cycle, under the same lock. What it throws is a warning: the cycle stays what it was. */
  readonly afterwards?: (venue: Venue, report: CycleReport | null) => Promise<void>;
}

/**
 * One cycle of a venue under its write lock, with its monitoring files. A failure is part of the result; the caller
 * logs it, so that a daemon does not log it twice. Throws only the signal's reason.
 */
export async function fetchVenue(
  venue: Venue,
  tools: Tools,
  { patienceMillis, version, conclude, cycle = runCycleOnAnyDisk, noun = "trade", afterwards }: Fetching,
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
    const ending = await endingOf(cycle(venue, tools, signal), noun, signal);
    const result = resultOf(ending);
    await recordState(layout, result, { version, data: `${noun}s` }, ending);
    if (afterwards !== undefined) await warnOnFailure(venue, afterwards(venue, result.report), signal);
    return result;
  } catch (error) {
    signal.throwIfAborted();
    return resultOf({ kind: "failed", error });
  }
}

/** Throws the signal's reason only. */
async function warnOnFailure(venue: Venue, work: Promise<void>, signal: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (error) {
    signal.throwIfAborted();
    log.warning(`${venue}: the work after the cycle failed: ${reasonOf(error)}`);
  }
}

/** Throws if the failure is the signal's own reason. */
async function endingOf(cycle: Promise<CycleReport>, noun: string, signal: AbortSignal): Promise<Ending> {
  try {
    const report = await cycle;
    summarize(report, noun);
    return { kind: "done", report };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "failed", error };
  }
}

/** A disk that failed the cycle may fail here too; the cycle's own failure already says so. */
async function recordState(
  layout: Layout,
  result: VenueResult,
  { version, data }: { readonly version: string; readonly data: string },
  ending: Ending,
): Promise<void> {
  try {
    await writeVenueState(layout, stateAfter(readVenueState(layout, result.venue), result, version, data));
  } catch (error) {
    if (ending.kind === "done" || !isDiskRefusal(ending.error)) throw error;
  }
}

function isDiskRefusal(error: unknown): boolean {
  return !isDiskDamaged(error) && (error instanceof CannotWrite || isRefusedBySystem(error));
}
