import { resolve } from "node:path";
import { isMinuteFile } from "../../feed/file_names.ts";
import { NO_FILTER } from "../../feed/quote_filter.ts";
import { quoteServices } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { periodsOf, storedDates } from "../../store/periods.ts";
import { type Dataset, QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import { ifThere, isThere } from "../../system/atomic.ts";
import { counted } from "../counted.ts";
import { type LockTools, underLock } from "../maintain/under_lock.ts";
import { hourOf } from "../quotes/hours.ts";
import type { RefusedDay } from "../refused_day.ts";
import { mergeDay, type MergedDay, planMerge, type PlannedMerge } from "./merge_day.ts";
import { mergeHour, type OtherFilter, planHour } from "./merge_hour.ts";

/** What became of a date, or of an hour of quotes. */
type Merged = PlannedMerge | MergedDay | RefusedDay | OtherFilter;

/** The result for a venue: the dates, or hours, for which the other working directory had something that ours did not. */
export interface MergedVenue {
  readonly venue: Venue;
  readonly days: readonly Merged[];
}

/** What to merge. */
export interface MergeChoice {
  /** The other working directory. */
  readonly from: string;
  /** Whether only to say what would be taken; default false. */
  readonly dryRun?: boolean;
}

/** Why nothing of a dataset can be taken from a folder; null when it can. */
export function objectionTo(from: string, layout: Layout, dataset: Dataset = TRADES_BY_DAY): string | null {
  if (!isThere(new Layout(from).venues(dataset))) {
    return `${from} has no data/de/xetra/${dataset.folder}: it is not a working directory of this program`;
  }
  const real = (path: string) => ifThere(() => Deno.realPathSync(resolve(path)));
  return real(from) === real(layout.workingDirectory) ? `${from} is the working directory itself` : null;
}

/**
 * Takes what another working directory has of a venue's trades and ours does not, the oldest date first, each under our
 * write lock, so that our daemon gets its turn in between. A date with a damaged partition, here or there, is skipped,
 * and the others are taken. Throws as `underLock`, the disk's errors, and the signal's reason.
 */
export async function mergeVenue(
  venue: Venue,
  { from, dryRun = false }: MergeChoice,
  tools: LockTools,
  signal: AbortSignal,
): Promise<MergedVenue> {
  const theirs = new Spool(new Layout(from), venue);
  const ours = new Spool(tools.layout, venue);
  const dates = storedDates(theirs.layout, venue);
  const days = await mergeEach(venue, dates, {
    plan: (date) => planMerge(ours, theirs, date),
    merge: dryRun
      ? null
      : (date) =>
        underLock(venue, tools, signal, (publisher) => mergeDay(publisher, theirs, date, tools.clock.now())),
  }, signal);
  return { venue, days };
}

/** The same for hours of quotes; the tools are those of quotes. */
export async function mergeQuotes(
  venue: Venue,
  { from, dryRun = false }: MergeChoice,
  tools: LockTools,
  signal: AbortSignal,
): Promise<MergedVenue> {
  const services = quoteServices(venue);
  const theirs = new Spool(new Layout(from), venue, services);
  const spool = new Spool(tools.layout, venue, services);
  const days = await mergeEach(venue, hoursOf(theirs), {
    plan: (hour) => planHour(spool, theirs, hour),
    merge: dryRun ? null : (hour) =>
      underLock(venue, tools, signal, ({ createdBy, pace }) =>
        // An hour has its own filter.
        mergeHour({ spool, createdBy, pace, filter: NO_FILTER }, theirs, hour, tools.clock.now())),
  }, signal);
  return { venue, days };
}

/** The hours of which there are quotes or raw files, oldest first. */
function hoursOf(spool: Spool): string[] {
  const { layout, venue } = spool;
  const raw = spool.dates().flatMap((date) => spool.files(date)).map(({ file }) => file).filter(isMinuteFile);
  return [...new Set([...periodsOf(layout, QUOTES_BY_HOUR, venue), ...raw.map(hourOf)])].sort();
}

/** How a date or an hour is merged; `merge` is null for a dry run. */
interface Steps {
  readonly plan: (period: string) => Promise<Merged | null>;
  readonly merge: ((period: string) => Promise<Merged>) | null;
}

async function mergeEach(
  venue: Venue,
  periods: readonly string[],
  { plan, merge }: Steps,
  signal: AbortSignal,
): Promise<Merged[]> {
  const all: Merged[] = [];
  for (const period of periods) {
    signal.throwIfAborted();
    const planned = await plan(period);
    if (planned === null) continue;
    const merged = planned.kind === "planned" && merge !== null ? await merge(period) : planned;
    logDay(venue, merged);
    all.push(merged);
  }
  return all;
}

function logDay(venue: Venue, day: Merged): void {
  if (day.kind === "refused") log.error(`${venue} ${day.date}: ${day.message}`);
  if (day.kind === "other filter") log.warning(`${venue} ${day.date}: ${day.message}`);
  if (day.kind !== "merged") return;
  const { date, entries, rawFiles, conflicts } = day;
  log.info(
    `${venue} ${date}: ${counted(entries, "source file")} and ${counted(rawFiles, "raw file")} taken over`,
  );
  if (conflicts.length > 0) {
    log.warning(
      `${venue} ${date}: ${counted(conflicts.length, "file")} differ between the two, ` +
        `the first: ${conflicts[0]}. Both versions stay, and the rows of both are stored`,
    );
  }
}
