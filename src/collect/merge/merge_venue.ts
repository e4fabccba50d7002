import { resolve } from "node:path";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { storedDates } from "../../store/periods.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import { ifThere, isThere } from "../../system/atomic.ts";
import { counted } from "../counted.ts";
import { type LockTools, underLock } from "../maintain/under_lock.ts";
import type { RefusedDay } from "../refused_day.ts";
import { mergeDay, type MergedDay, planMerge, type PlannedMerge } from "./merge_day.ts";

/** The result for a venue: the dates for which the other working directory had something that ours did not. */
export interface MergedVenue {
  readonly venue: Venue;
  readonly days: readonly (PlannedMerge | MergedDay | RefusedDay)[];
}

/** Why nothing can be merged from a folder; null when it can. */
export function objectionTo(from: string, layout: Layout): string | null {
  if (!isThere(new Layout(from).venues(TRADES_BY_DAY))) {
    return `${from} has no data/de/xetra/trades: it is not a working directory of this program`;
  }
  const real = (path: string) => ifThere(() => Deno.realPathSync(resolve(path)));
  return real(from) === real(layout.workingDirectory) ? `${from} is the working directory itself` : null;
}

/**
 * Takes what another working directory has of a venue and ours does not, the oldest date first, each under our write
 * lock, so that our daemon gets its turn in between. A date with a damaged partition, here or there, is skipped, and
 * the others are taken. Throws as `underLock`, the disk's errors, and the signal's reason.
 */
export async function mergeVenue(
  venue: Venue,
  { from, dryRun = false }: { readonly from: string; readonly dryRun?: boolean },
  tools: LockTools,
  signal: AbortSignal,
): Promise<MergedVenue> {
  const theirs = new Spool(new Layout(from), venue);
  const ours = new Spool(tools.layout, venue);
  const days: (PlannedMerge | MergedDay | RefusedDay)[] = [];
  for (const date of storedDates(theirs.layout, venue)) {
    signal.throwIfAborted();
    const planned = await planMerge(ours, theirs, date);
    if (planned === null) continue;
    const isDue = planned.kind === "planned" && !dryRun;
    const day = isDue
      ? await underLock(
        venue,
        tools,
        signal,
        (publisher) => mergeDay(publisher, theirs, date, tools.clock.now()),
      )
      : planned;
    logDay(venue, day);
    days.push(day);
  }
  return { venue, days };
}

function logDay(venue: Venue, day: PlannedMerge | MergedDay | RefusedDay): void {
  if (day.kind === "refused") log.error(`${venue} ${day.date}: ${day.message}`);
  if (day.kind !== "merged") return;
  const { date, entries, rawFiles, conflicts } = day;
  log.info(
    `${venue} ${date}: ${counted(entries, "source file")} and ${counted(rawFiles, "raw file")} taken over`,
  );
  if (conflicts.length > 0) {
    log.warning(
      `${venue} ${date}: ${counted(conflicts.length, "file")} differ between the two, the first: ${
        conflicts[0]
      }. ` +
        "Both versions stay, and the trades of both are stored",
    );
  }
}
