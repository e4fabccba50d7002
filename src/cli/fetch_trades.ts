import type { Tools } from "../collect/cycle.ts";
import { type Ending, fetchVenue } from "../collect/fetch_venue.ts";
import { type CycleReport, isComplete, type VenueResult } from "../collect/report.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { printJson } from "./terminal/output.ts";
import { warnOfUnsynced } from "./unsynced.ts";
import { VERSION } from "./version.ts";

/** A write lock that is refused is tried again for so long: a look at it holds it for an instant. */
const LOCK_PATIENCE_MILLIS = 1_000;

/** Fetches and stores what is missing of the venues, all at once under one quota. Returns the exit code. */
export async function fetchTrades(
  venues: readonly Venue[],
  tools: Tools,
  signal: AbortSignal,
  json: boolean,
): Promise<number> {
  warnOfUnsynced(tools.layout);
  const fetching = { patienceMillis: LOCK_PATIENCE_MILLIS, version: VERSION, conclude };
  const results = await allOf(venues.map(async (venue) => {
    const result = await fetchVenue(venue, tools, fetching, signal);
    if (result.error !== null) log.error(`${venue}: ${result.error}`);
    return result;
  }));
  if (json) printJson({ venues: results.map(documentOf) });
  return combinedExitCode(results.map(({ exitCode }) => exitCode));
}

/** The results of all, or the first failure, but not before all have ended. */
export async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return await Promise.all(works);
}

/** What a run ends with whose cycle ended so, and the failure in words. */
export function conclude(ending: Ending): Pick<VenueResult, "exitCode" | "error"> {
  if (ending.kind === "done") return { exitCode: exitCodeOfReport(ending.report), error: null };
  return { exitCode: exitCodeOf(ending.error), error: messageOf(ending.error) };
}

/** What a complete, incomplete or damaged cycle ends with. */
function exitCodeOfReport(report: CycleReport): number {
  if (report.findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  return isComplete(report) ? EXIT.done : EXIT.inPart;
}

function documentOf({ venue, exitCode, report, error }: VenueResult) {
  if (report === null) return { venue, exitCode, error };
  return {
    venue,
    exitCode,
    listed: report.listed,
    skipped: report.skipped,
    odd: report.odd,
    files: report.files,
    bytes: report.bytes,
    trades: report.trades,
    pending: report.pending,
    lost: report.lost,
    rejected: report.rejected,
    findings: report.findings,
    contradictions: report.contradictions,
  };
}
