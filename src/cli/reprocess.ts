import { type Acceptance, acceptFile } from "../collect/verify/accept.ts";
import { noticeGone, tellDrift } from "../collect/publish/drift.ts";
import { type Finding, isLoss } from "../collect/findings.ts";
import type { Publisher } from "../collect/publish/publish.ts";
import { rejectedOfDate } from "../collect/rejected.ts";
import { renewPartitions } from "../collect/maintain/renew.ts";
import { reprocessDay } from "../collect/verify/reprocess.ts";
import { counted, rejectedText, tell } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { DailyMarks } from "../store/records/daily_marks.ts";
import { EXIT } from "./exit.ts";
import { underLock } from "../collect/maintain/under_lock.ts";
import type { ReprocessOptions } from "./settings.ts";
import { refreshVenueState } from "../collect/monitor/venue_state.ts";
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
  /** Daily files that are stored whole, though they may contradict the minute files. */
  readonly taken: readonly string[];
  /** Names that should be, but of which no raw file waits. */
  readonly unknown: readonly string[];
  /** Names of which only bytes came that are no file of the exchange, still. */
  readonly rejected: readonly string[];
  readonly findings: readonly Finding[];
}

/** Decodes raw files of a venue again, under its write lock; with names to accept, does only that. */
export async function reprocess(
  venue: Venue,
  options: ReprocessOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<ReprocessedVenue> {
  return await underLock(venue, tools, signal, async (publisher) => {
    const { accept } = options;
    const result = accept === undefined
      ? await decodeAgain(publisher, options, tools)
      : await acceptAll(publisher, accept, tools);
    await refreshVenueState(publisher.spool);
    return { ...NOTHING, venue, ...result };
  });
}

async function decodeAgain(
  publisher: Publisher,
  { date, force }: ReprocessOptions,
  { layout, clock }: Collaborators,
): Promise<Partial<ReprocessedVenue>> {
  const { spool } = publisher;
  const marks = new DailyMarks(layout, spool.venue, clock.now());
  const findings: Finding[] = [];
  const rejected: string[] = [];
  let files = 0;
  if (date === undefined) await renewPartitions(publisher);
  for (const day of spool.dates().filter((day) => day === (date ?? day))) {
    const reprocessed = await reprocessDay(publisher, day, force ?? false);
    const found = await noticeGone(reprocessed.findings, marks);
    found.forEach((finding) => tell(spool.venue, finding, clock.now()));
    await tellDrift(spool.venue, found, marks);
    findings.push(...found);
    rejected.push(...(await rejectedOfDate(spool, day)).told);
    files += reprocessed.files;
  }
  return { files, trades: addedBy(findings), rejected, findings };
}

async function acceptAll(
  publisher: Publisher,
  names: readonly string[],
  { clock }: Collaborators,
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
    acceptance.findings.forEach((finding) => tell(publisher.spool.venue, finding, clock.now()));
    findings.push(...acceptance.findings);
    files++;
  }
  const { silenced: accepted, taken, unknown } = by;
  return { files, trades: addedBy(findings), accepted, taken, unknown, findings };
}

const NOTHING = { files: 0, trades: 0, accepted: [], taken: [], unknown: [], rejected: [], findings: [] };

function addedBy(findings: readonly Finding[]): number {
  const stored = findings.filter((finding) => finding.kind === "stored");
  return stored.reduce((sum, { added }) => sum + added, 0);
}

/** 65 when a partition is damaged, 64 when a name to accept is wrong, 3 when something is still not understood. */
export function reprocessedCode({ findings, unknown, rejected }: ReprocessedVenue): number {
  if (findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  if (unknown.length > 0) return EXIT.usage;
  return rejected.length > 0 || findings.some(isLoss) ? EXIT.inPart : EXIT.done;
}

export function printReprocessed(
  { venue, files, trades, accepted, taken, unknown, rejected }: ReprocessedVenue,
): void {
  for (const name of accepted) console.log(`${venue}: ${name} is no longer reported; its bytes are kept`);
  for (const name of taken) console.log(`${venue}: all trades of ${name} are stored`);
  for (const name of unknown) {
    log.error(`${name} is no raw file of ${venue} that waits in the spool; check-partial lists these`);
  }
  if (rejected.length > 0) log.warning(`${venue}: ${rejectedText(rejected)}. check-partial names them all`);
  if (accepted.length + taken.length + unknown.length > 0 && files === 0) return;
  console.log(
    `${venue}: ${counted(files, "raw file")} decoded again, ${counted(trades, "trade")} added`,
  );
}
