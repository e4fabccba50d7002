import type { Tools } from "../collect/cycle.ts";
import { runCycleOnAnyDisk } from "../collect/disk_full.ts";
import { triedAgain } from "../collect/pending.ts";
import { type CycleReport, isComplete, type VenueResult } from "../collect/report.ts";
import { counted, rejectedText } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import type { PendingRecord } from "../store/records/pending.ts";
import type { Layout } from "../store/layout.ts";
import { acquireVenueLock } from "../store/venue_lock.ts";
import { combinedExitCode, EXIT, exitCodeOf, messageOf } from "./exit.ts";
import { printJson } from "./terminal/output.ts";
import { sayAbsent } from "./plan_fetch.ts";
import { warnOfUnsynced } from "./unsynced.ts";
import { readVenueState, stateAfter, writeVenueState } from "./venue_state.ts";

/** A write lock that is refused is tried again for so long: a look at it holds it for an instant. */
const LOCK_PATIENCE_MILLIS = 1_000;

/** Names in one line of the log; the JSON document has them all. */
const NAMES_SHOWN = 10;

/** Fetches and stores what is missing of the venues, all at once under one quota. Returns the exit code. */
export async function fetchTrades(
  venues: readonly Venue[],
  tools: Tools,
  signal: AbortSignal,
  json: boolean,
): Promise<number> {
  warnOfUnsynced(tools.layout);
  const results = await allOf(venues.map(async (venue) => {
    const result = await fetchVenue(venue, tools, LOCK_PATIENCE_MILLIS, signal);
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

/**
 * One cycle of a venue under its write lock, with its files for monitoring. A failure is a result, and the caller's
 * to log: a daemon does not repeat it. `afterwards` is done under the lock as well. Throws the signal's reason only.
 */
export async function fetchVenue(
  venue: Venue,
  tools: Tools,
  patienceMillis: number,
  signal: AbortSignal,
  afterwards: (venue: Venue) => Promise<void> = () => Promise.resolve(),
): Promise<VenueResult> {
  const { clock, layout } = tools;
  const began = clock.monotonic();
  const times = () => {
    const end = clock.now();
    return { start: end - (clock.monotonic() - began), end };
  };
  try {
    using _lock = await acquireVenueLock(layout.writeLock(venue), { clock, patienceMillis, signal });
    const ending = await reportOf(runCycleOnAnyDisk(venue, tools, signal)).catch((error) =>
      failureOf(error, signal)
    );
    const result = { venue, ...times(), ...ending };
    await recordState(layout, result);
    await afterwards(venue);
    return result;
  } catch (error) {
    return { venue, ...times(), ...failureOf(error, signal) };
  }
}

/** A disk that refused the cycle may refuse this as well: that has been told. */
async function recordState(layout: Layout, result: VenueResult): Promise<void> {
  try {
    await writeVenueState(layout, stateAfter(readVenueState(layout, result.venue), result));
  } catch (error) {
    if (result.exitCode !== EXIT.cannotWrite) throw error;
  }
}

/** How a cycle ended. */
type Ending = Pick<VenueResult, "exitCode" | "report" | "error">;

async function reportOf(cycle: Promise<CycleReport>): Promise<Ending> {
  const report = await cycle;
  summarize(report);
  return { report, exitCode: exitCodeOfReport(report), error: null };
}

/** Throws when the failure is the signal's. */
function failureOf(error: unknown, signal: AbortSignal): Ending {
  signal.throwIfAborted();
  return { report: null, exitCode: exitCodeOf(error), error: messageOf(error) };
}

/** What a complete, incomplete or damaged cycle ends with. */
export function exitCodeOfReport(report: CycleReport): number {
  if (report.findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  return isComplete(report) ? EXIT.done : EXIT.inPart;
}

function summarize(report: CycleReport): void {
  const { venue, listed, skipped, files, trades, pending, lost, rejected, contradictions } = report;
  if (files > 0 || trades > 0) {
    log.info(`${venue}: ${counted(files, "file")} fetched, ${counted(trades, "trade")} added`);
  } else if (listed === null) {
    sayAbsent(venue);
  } else if (isComplete(report) && skipped.length + contradictions.length === 0) {
    log.info(`All available data already stored for ${venue}`);
  }
  warnOfPending(venue, triedAgain(pending));
  warnOfRejected(venue, rejected.filter((name) => !pending.has(name)));
  warnOfContradictions(report);
  if (lost.length > 0) {
    const names = lost.slice(0, NAMES_SHOWN).join(", ") + (lost.length > NAMES_SHOWN ? ", …" : "");
    log.error(
      `${venue}: ${counted(lost.length, "file")} lost: ` +
        `listed, but the exchange never had them or has them no more: ${names}`,
    );
  }
}

function warnOfPending(venue: Venue, pending: PendingRecord): void {
  if (pending.size === 0) return;
  const files = counted(pending.size, "file");
  const [[name, { reason }]] = pending;
  log.warning(`${venue}: ${files} pending, tried again at the next run; the first: ${name}, ${reason}`);
}

/** What is listed no more is pending no more: only a newer version, or somebody who looks at the bytes, can help. */
function warnOfRejected(venue: Venue, rejected: readonly string[]): void {
  if (rejected.length === 0) return;
  log.warning(
    `${venue}: ${rejectedText(rejected)}. The exchange lists them no more; the bytes are kept. ` +
      `reprocess ${venue} reads them again, and with --accept NAME they are told no more`,
  );
}

/** Those that were found in this cycle have been told as errors. */
function warnOfContradictions({ venue, contradictions, findings }: CycleReport): void {
  const told = findings.flatMap((finding) => finding.kind === "contradiction" ? [finding.name] : []);
  const standing = contradictions.filter((name) => !told.includes(name));
  if (standing.length === 0) return;
  const files = counted(standing.length, "daily file");
  log.warning(
    `${venue}: trades of ${files} withheld, at odds with the minute files: ${standing[0]}. Look at both; ` +
      `reprocess ${venue} --accept ${standing[0]} takes it all the same`,
  );
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
