import type { Tools } from "../../collect/cycle.ts";
import { type Fetching, fetchVenue } from "../../collect/fetch_venue.ts";
import type { VenueResult } from "../../collect/report.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { conclude } from "../conclude.ts";
import { combinedExitCode } from "../exit.ts";
import type { JsonOption } from "../grammar/global_options.ts";
import { allOf } from "../run_command.ts";
import { printJson } from "../terminal/output.ts";
import { warnOfUnsynced } from "../unsynced.ts";
import { VERSION } from "../version.ts";

/** How long to keep trying for a write lock: a mere look at it holds it for an instant. */
const LOCK_PATIENCE_MILLIS = 1_000;

/** One cycle of a venue. */
export interface Work extends Pick<Fetching, "cycle"> {
  readonly venue: Venue;
}

/**
 * Fetches and stores what is missing, of all venues at the same time under one quota. A row is called `noun`. Returns the
 * exit code.
 */
export async function fetchOnce(
  works: readonly Work[],
  noun: "trade" | "quote",
  tools: Tools,
  { json }: JsonOption,
  signal: AbortSignal,
): Promise<number> {
  warnOfUnsynced(tools.layout);
  const fetching = { patienceMillis: LOCK_PATIENCE_MILLIS, version: VERSION, conclude, noun };
  const results = await allOf(works.map(async ({ venue, cycle }) => {
    const result = await fetchVenue(venue, tools, { ...fetching, cycle }, signal);
    if (result.error !== null) log.error(`${venue}: ${result.error}`);
    return result;
  }));
  if (json) printJson({ venues: results.map((result) => documentOf(result, noun)) });
  return combinedExitCode(results.map(({ exitCode }) => exitCode));
}

function documentOf({ venue, exitCode, report, error }: VenueResult, noun: "trade" | "quote") {
  if (report === null) return { venue, exitCode, error };
  return {
    venue,
    exitCode,
    listed: report.listed,
    skipped: report.skipped,
    odd: report.odd,
    files: report.files,
    bytes: report.bytes,
    [`${noun}s`]: report.trades,
    pending: report.pending,
    lost: report.lost,
    rejected: report.rejected,
    findings: report.findings,
    ...noun === "trade" ? { contradictions: report.contradictions } : {},
  };
}
