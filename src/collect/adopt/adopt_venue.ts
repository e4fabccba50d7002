import { basename, dirname, resolve } from "node:path";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { venuesBelow } from "../../store/periods.ts";
import { Layout } from "../../store/layout.ts";
import { Predecessor } from "../../store/predecessor.ts";
import { Spool } from "../../store/spool/spool.ts";
import { ifThere, infoOf } from "../../system/atomic.ts";
import { clearKept } from "../maintain/clear_kept.ts";
import { type LockTools, underLock } from "../maintain/under_lock.ts";
import type { Publisher } from "../publish/publish.ts";
import { counted } from "../counted.ts";
import { logFinding } from "../log_finding.ts";
import { adoptDay, type AdoptedDay } from "./adopt_day.ts";
import { deleteOriginals, type Deletion, type ForeignMonth, foreignMonths } from "./leftovers.ts";
import { planAdoption, type PlannedAdoption } from "./survey.ts";

/** What is adopted, and from where. */
export interface Adoption {
  /** The predecessor's working directory, if it is not ours. */
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly deleteOriginals?: boolean;
}

/** The result for a venue. */
export interface AdoptedVenue {
  readonly venue: Venue;
  /** The dates for which there was something to adopt. */
  readonly days: readonly Day[];
  /** The predecessor's month files, which are left alone. */
  readonly months: readonly ForeignMonth[];
  readonly deleted: Deletion;
  readonly seconds: number;
}

type Day = AdoptedDay | PlannedAdoption;

/** The venues that a predecessor has stored; null if `from` is not a working directory of the predecessor. */
export function adoptable(wrkDir: string, adoption: Adoption): Venue[] | null {
  const trades = predecessorLayout(adoption, new Layout(wrkDir)).venues(TRADES_BY_DAY);
  const isThere = adoption.from === undefined || infoOf(dirname(trades)) !== null;
  return isThere ? venuesBelow(trades) : null;
}

/**
 * Adopts what the predecessor stored of a venue, one date after another, each under the write lock, so that a daemon
 * gets its turn in between. Throws as `underLock`, the disk's errors, and the signal's reason.
 */
export async function adoptVenue(
  venue: Venue,
  adoption: Adoption,
  tools: LockTools,
  signal: AbortSignal,
): Promise<AdoptedVenue> {
  const { layout, clock } = tools;
  const from = new Predecessor(predecessorLayout(adoption, layout), venue);
  const start = clock.monotonic();
  if (!adoption.dryRun) await clearKept(venue, tools, signal);
  const dates = from.dates();
  const days: Day[] = [];
  for (const date of dates) {
    signal.throwIfAborted();
    const planned = await planAdoption(new Spool(layout, venue), from, date);
    if (planned === null) continue;
    const isDue = planned.kind === "planned" && !adoption.dryRun;
    const work = (publisher: Publisher) => adoptDay(publisher, from, date);
    const day = isDue ? await underLock(venue, tools, signal, work) : planned;
    logDay(venue, day, clock.now());
    days.push(day);
  }
  const deleted = adoption.deleteOriginals ? await deleteAll(from, dates, tools, signal) : NOTHING_DELETED;
  const months = await foreignMonths(layout, from, dates);
  months.forEach(logMonth);
  return { venue, days, months, deleted, seconds: (clock.monotonic() - start) / 1000 };
}

/**
 * The predecessor's layout; ours, if the directory is the same. `from` may also be the `data` folder below a working
 * directory.
 */
function predecessorLayout({ from }: Adoption, layout: Layout): Layout {
  if (from === undefined) return layout;
  const absolute = resolve(from);
  const directory = basename(absolute) === "data" ? dirname(absolute) : absolute;
  const real = (path: string) => ifThere(() => Deno.realPathSync(path));
  const isOurs = real(directory) !== null && real(directory) === real(layout.workingDirectory);
  return isOurs ? layout : new Layout(directory);
}

const NOTHING_DELETED: Deletion = { files: 0, bytes: 0, kept: [] };

async function deleteAll(
  from: Predecessor,
  dates: readonly string[],
  tools: LockTools,
  signal: AbortSignal,
): Promise<Deletion> {
  let [files, bytes] = [0, 0];
  const kept: string[] = [];
  for (const date of dates.filter((date) => from.kept(date).length + from.rawFiles(date).length > 0)) {
    const deleted = await underLock(
      from.venue,
      tools,
      signal,
      ({ spool }) => deleteOriginals(spool, from, date),
    );
    files += deleted.files;
    bytes += deleted.bytes;
    kept.push(...deleted.kept);
  }
  for (const path of kept) log.warning(`${path} stays: not all of it is proved to be stored`);
  return { files, bytes, kept };
}

function logDay(venue: Venue, day: Day, now: number): void {
  if (day.kind === "refused") log.error(`${venue} ${day.date}: ${day.message}`);
  if (day.kind !== "adopted") return;
  const { date, duplicates, conflicts, rejected, findings } = day;
  findings.filter(({ kind }) => kind !== "stored").forEach((finding) => logFinding(venue, finding, now));
  log.info(`Adopted ${textOfDay(day)} of ${venue} for ${date}, ${counted(duplicates, "duplicate")} left out`);
  if (conflicts > 0) {
    log.warning(
      `${venue} ${date}: ${counted(conflicts, "duplicate")} differ from the stored trade, which stays`,
    );
  }
  if (rejected > 0) {
    const left = `${counted(rejected, "row")} left out: without an ISIN`;
    log.error(`${venue} ${date}: ${left}. The predecessor's file is kept, and --delete-originals leaves it`);
  }
}

export function textOfDay(
  { rows, files, rawFiles }: Pick<AdoptedDay, "rows" | "files" | "rawFiles">,
): string {
  const raw = rawFiles === 0 ? "" : ` and ${counted(rawFiles, "raw file")}`;
  return `${counted(rows, "trade")} in ${counted(files, "file")}${raw}`;
}

function logMonth({ path, rows, rowsOfDays }: ForeignMonth): void {
  const difference = `It has ${counted(rows, "trade")}, and the files of its days had ${rowsOfDays}`;
  const remedy = rows > rowsOfDays
    ? `${difference}: days are missing, so keep it`
    : "Move it away, then consolidate-month builds the month from its days";
  log.warning(`${path}: the predecessor's month file is left alone. ${remedy}`);
}
