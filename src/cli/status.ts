import { downloadsLeft } from "../collect/monitor/catching_up.ts";
import {
  absentText,
  catchingUpText,
  lagOf,
  oddNamesText,
  type VenueHealth,
  type VenueState,
  type Verdict,
  verdictOf,
} from "../collect/monitor/health.ts";
import { counted, differenceText, rejectedText } from "../collect/tell.ts";
import { isQuiet, volumeText } from "../collect/monitor/volume.ts";
import { holderOf } from "../daemon/pid_file.ts";
import { EXCHANGE_QUOTA } from "../feed/quota.ts";
import type { Venue } from "../feed/venue.ts";
import { diskDaysLeft } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { printDays } from "./check_status.ts";
import { readVenueState } from "../collect/monitor/venue_state.ts";

/** A venue's entry in the JSON document of `status`. */
export interface VenueReport extends VenueHealth {
  readonly verdict: Verdict;
}

/**
 * How the collection of each venue is now, by what its last cycle left and by whether its daemon holds its lock. Those
 * whose first cycle is under way share the quota, and what is left of it is told of all together.
 */
export async function statusReports(
  venues: readonly Venue[],
  layout: Layout,
  now: number,
): Promise<VenueReport[]> {
  const known = await Promise.all(venues.map((venue) => knownOf(venue, layout)));
  const downloads = known.reduce((sum, { downloads }) => sum + downloads, 0);
  return known.map(({ downloads: files, ...venue }) => {
    const catchingUp = files === 0 ? null : { files, minutes: minutesFor(downloads) };
    const health = {
      ...venue,
      lagMinutes: lagOf(venue, now),
      catchingUp,
      diskDaysLeft: diskDaysLeft(layout),
    };
    return { ...health, verdict: verdictOf(health) };
  });
}

/** What is on disk of a venue's collection; `downloads` are those that its first cycle still has to make. */
async function knownOf(
  venue: Venue,
  layout: Layout,
): Promise<Pick<VenueHealth, "venue" | "daemon" | "state"> & { readonly downloads: number }> {
  const state = readVenueState(layout, venue);
  const holder = holderOf(layout.daemonLock(venue));
  const daemon = holder === null ? null : holder.pid ?? 0;
  const downloads = state === null && daemon !== null ? await downloadsLeft(layout, venue) : 0;
  return { venue, daemon, state, downloads };
}

/** At the exchange's pace. */
function minutesFor(downloads: number): number {
  const { requests, windowMillis } = EXCHANGE_QUOTA;
  return Math.ceil(downloads / requests * windowMillis / 60_000);
}

export function printReport(report: VenueReport): void {
  const { venue, daemon, state, catchingUp } = report;
  const running = daemon === null ? "no daemon is running" : `daemon running (PID ${daemon || "unknown"})`;
  console.log(`${venue}: ${running}`);
  if (state === null) {
    console.log(`  ${catchingUp === null ? "no cycle has ended yet" : catchingUpText(catchingUp)}`);
    return;
  }
  for (const [name, fact] of factsOf(report, state)) console.log(`  ${name.padEnd(14)}  ${fact}`);
  printDays(state.days);
}

function factsOf(
  { daemon, lagMinutes, diskDaysLeft, verdict }: VenueReport,
  state: VenueState,
): [name: string, fact: string][] {
  const { lastCycle, nextCycle, failedCycles, newestMinute, notUnderstood, rejected } = state;
  const { oddNames, volume, reconciled, contradictions, days } = state;
  const { end, files, trades, error } = lastCycle;
  const behind = `${counted(lagMinutes ?? 0, "minute")} of trading behind`;
  const absent = days.filter(({ absent }) => absent > 0);
  const oldest = notUnderstood.oldest === null ? "" : `, oldest ${notUnderstood.oldest}`;
  return [
    ["last cycle", `${end}, ${counted(files, "file")}, ${counted(trades, "trade")}`],
    ...(error === null ? [] : [["failed", `${failedCycles} in a row: ${error}`] satisfies [string, string]]),
    ["next cycle", daemon === null ? "none planned" : nextCycle ?? "none planned"],
    ["newest minute", newestMinute === null ? "none" : `${newestMinute} UTC, ${behind}`],
    ...(absent.length === 0 ? [] : [["absent", absentText(absent)] satisfies [string, string]]),
    ...(volume && isQuiet(volume) ? [["quiet day", volumeText(volume)] satisfies [string, string]] : []),
    ["not understood", counted(notUnderstood.files, "file") + oldest],
    ["rejected", rejected.length === 0 ? counted(0, "file") : rejectedText(rejected)],
    ["listed names", oddNames.first === null ? "all of known forms" : oddNamesText(oddNames)],
    [
      "reconciled",
      reconciled ? `${reconciled.name}: ${differenceText(reconciled)}` : "nothing to compare yet",
    ],
    ["contradictions", contradictions.join(", ") || "none"],
    ["disk", diskDaysLeft === null ? "not known" : `room for ${counted(diskDaysLeft, "day")}`],
    ["verdict", verdict.reason],
  ];
}
