import type { Venue } from "../../feed/venue.ts";
import type { Spool } from "../../store/spool/spool.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import type { Clock } from "../../system/clock.ts";
import { addedBy, type Finding } from "../findings.ts";
import { Inventory } from "../inventory.ts";
import { logFinding } from "../log_finding.ts";
import { renewPartitions } from "../maintain/renew.ts";
import { type LockTools, underLock } from "../maintain/under_lock.ts";
import { refreshVenueState } from "../monitor/refresh.ts";
import { logDrift } from "../publish/drift.ts";
import type { Publisher } from "../publish/publish.ts";
import { rejectedOfDate } from "../rejected.ts";
import { type Acceptance, acceptFile } from "./accept.ts";
import { reprocessDay, type Reprocessed } from "./reprocess_day.ts";

/** What to decode again: by default what is not understood, for all dates. */
export interface ReprocessChoice {
  readonly date?: string;
  /** All raw files. */
  readonly force?: true;
  /** Names of raw files that should no longer be reported; if given, nothing else is done. */
  readonly accept?: readonly string[];
}

/** What reprocessing a venue has changed. */
export interface ReprocessedVenue {
  readonly venue: Venue;
  /** Raw files that were decoded again. */
  readonly files: number;
  /** Trades that were added. */
  readonly trades: number;
  /** Names that are no longer reported. */
  readonly accepted: readonly string[];
  /** Daily files that are now stored completely, although they may contradict the minute files. */
  readonly taken: readonly string[];
  /** Names for which no raw file waits. */
  readonly unknown: readonly string[];
  /** Names for which there are still only bytes that are not a file of the exchange. */
  readonly rejected: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Decodes raw files of a venue again, under its write lock; with names to accept, only accepts them. Throws as
 * `underLock`.
 */
export async function reprocessVenue(
  venue: Venue,
  choice: ReprocessChoice,
  tools: LockTools,
  signal: AbortSignal,
): Promise<ReprocessedVenue> {
  return await underLock(venue, tools, signal, async (publisher) => {
    const { accept } = choice;
    const result = accept === undefined
      ? await decodeAgain(publisher, choice, tools)
      : await acceptAll(publisher, accept, tools);
    await refreshVenueState(publisher.spool);
    return { ...NOTHING, venue, ...result };
  });
}

async function decodeAgain(
  publisher: Publisher,
  { date, force }: ReprocessChoice,
  { layout, clock }: LockTools,
): Promise<Partial<ReprocessedVenue>> {
  const { spool } = publisher;
  if (date === undefined) await renewPartitions(publisher);
  const inventory = new Inventory(layout, spool.venue);
  return await reprocessDates(
    spool,
    inventory,
    clock,
    date,
    (day, marks) => reprocessDay({ ...publisher, marks }, day, force ?? false),
  );
}

/** Reprocesses the dates that have raw files, or only this one, and logs what is found. */
export async function reprocessDates(
  spool: Spool,
  inventory: Inventory,
  clock: Clock,
  date: string | undefined,
  reprocess: (date: string, marks: DailyMarks) => Promise<Reprocessed>,
): Promise<Pick<ReprocessedVenue, "files" | "trades" | "rejected" | "findings">> {
  const { layout, venue } = spool;
  const marks = new DailyMarks(layout, venue, clock.now());
  const findings: Finding[] = [];
  const rejected: string[] = [];
  let files = 0;
  for (const day of spool.dates().filter((day) => day === (date ?? day))) {
    const reprocessed = await reprocess(day, marks);
    for (const finding of reprocessed.findings) {
      logFinding(venue, finding, clock.now(), inventory.collected.noun);
    }
    await logDrift(venue, reprocessed.findings, marks);
    findings.push(...reprocessed.findings);
    rejected.push(...(await rejectedOfDate(spool, day, inventory)).unaccepted);
    files += reprocessed.files;
  }
  return { files, trades: addedBy(findings), rejected, findings };
}

async function acceptAll(
  publisher: Publisher,
  names: readonly string[],
  { clock }: LockTools,
): Promise<Partial<ReprocessedVenue>> {
  const by: Record<Acceptance["kind"], string[]> = { silenced: [], taken: [], unknown: [] };
  const findings: Finding[] = [];
  let files = 0;
  for (const name of names) {
    const acceptance = await acceptFile(publisher, name);
    const isDamaged = acceptance.kind === "taken" &&
      acceptance.findings.some(({ kind }) => kind === "damaged raw file");
    if (!isDamaged) by[acceptance.kind].push(name);
    if (acceptance.kind !== "taken" || acceptance.findings.length === 0) continue;
    acceptance.findings.forEach((finding) => logFinding(publisher.spool.venue, finding, clock.now()));
    findings.push(...acceptance.findings);
    files++;
  }
  const { silenced: accepted, taken, unknown } = by;
  return { files, trades: addedBy(findings), accepted, taken, unknown, findings };
}

const NOTHING = { files: 0, trades: 0, accepted: [], taken: [], unknown: [], rejected: [], findings: [] };
