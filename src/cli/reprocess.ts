import { noticeGone, tellDrift } from "../collect/drift.ts";
import { type Finding, isLoss } from "../collect/findings.ts";
import { rejectedNames, rejectedOfDate } from "../collect/rejected.ts";
import { renewPartitions } from "../collect/renew.ts";
import { acceptFile, reprocessDay } from "../collect/reprocess.ts";
import { counted, rejectedText, tell } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { Diary } from "../store/diary.ts";
import type { Spool } from "../store/spool.ts";
import { EXIT } from "./exit.ts";
import { underLock } from "./maintenance_lock.ts";
import type { ReprocessOptions } from "./settings.ts";
import { readVenueState, writeVenueState } from "./venue_state.ts";
import type { Collaborators } from "./wiring.ts";

/** A venue's entry in the JSON document of `reprocess`. */
export interface ReprocessedVenue {
  readonly venue: Venue;
  /** Raw files that were decoded again. */
  readonly files: number;
  /** Trades that were added. */
  readonly trades: number;
  /** Names that are told no more. */
  readonly accepted: readonly string[];
  /** Names that should be, but of which no raw file waits. */
  readonly unknown: readonly string[];
  /** Names of which only bytes came that are no file of the exchange, still. */
  readonly rejected: readonly string[];
  readonly findings: readonly Finding[];
}

/** Decodes raw files of a venue again, under its write lock; with names to accept, does only that. */
export async function reprocess(
  venue: Venue,
  { date, force, accept }: ReprocessOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<ReprocessedVenue> {
  const result = { venue, files: 0, trades: 0, accepted: [], unknown: [], rejected: [], findings: [] };
  return await underLock(venue, tools, signal, async (publisher) => {
    const { spool } = publisher;
    if (accept !== undefined) {
      const accepted: string[] = [];
      for (const name of accept) if (await acceptFile(spool, name)) accepted.push(name);
      await recordRejected(spool);
      return { ...result, accepted, unknown: accept.filter((name) => !accepted.includes(name)) };
    }
    const diary = new Diary(tools.layout, venue, tools.clock.now());
    const findings: Finding[] = [];
    const rejected: string[] = [];
    let files = 0;
    if (date === undefined) await renewPartitions(publisher);
    for (const day of spool.dates().filter((day) => day === (date ?? day))) {
      const reprocessed = await reprocessDay(publisher, day, force ?? false);
      const found = await noticeGone(reprocessed.findings, diary);
      found.forEach((finding) => tell(venue, finding, tools.clock.now()));
      await tellDrift(venue, found, diary);
      findings.push(...found);
      rejected.push(...(await rejectedOfDate(spool, day)).told);
      files += reprocessed.files;
    }
    await recordRejected(spool);
    const trades = findings.reduce(
      (sum, finding) => sum + (finding.kind === "stored" ? finding.added : 0),
      0,
    );
    return { ...result, files, trades, rejected, findings };
  });
}

/** Monitoring need not wait for the next cycle to hear what is rejected no more. */
async function recordRejected(spool: Spool): Promise<void> {
  const state = readVenueState(spool.layout, spool.venue);
  const { told } = await rejectedNames(spool);
  if (state === null || state.rejected.join() === told.join()) return;
  await writeVenueState(spool.layout, { ...state, rejected: told });
}

/** 65 when a partition is damaged, 64 when a name to accept is wrong, 3 when something is still not understood. */
export function reprocessedCode({ findings, unknown, rejected }: ReprocessedVenue): number {
  if (findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  if (unknown.length > 0) return EXIT.usage;
  return rejected.length > 0 || findings.some(isLoss) ? EXIT.inPart : EXIT.done;
}

export function printReprocessed(
  { venue, files, trades, accepted, unknown, rejected }: ReprocessedVenue,
): void {
  for (const name of accepted) console.log(`${venue}: ${name} is told no more; it stays in the spool`);
  for (const name of unknown) {
    log.error(`${name} is no raw file of ${venue} that waits in the spool; check-partial lists these`);
  }
  if (rejected.length > 0) log.warning(`${venue}: ${rejectedText(rejected)}. check-partial names them all`);
  if (accepted.length + unknown.length > 0) return;
  console.log(
    `${venue}: ${counted(files, "raw file")} decoded again, ${counted(trades, "trade")} added`,
  );
}
