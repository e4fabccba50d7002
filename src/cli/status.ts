import { lagMinutes } from "../collect/freshness.ts";
import { type VenueHealth, type VenueState, type Verdict, verdictOf } from "../collect/health.ts";
import { counted, differenceText } from "../collect/tell.ts";
import { isTradingDay } from "../feed/holidays.ts";
import { holderOf } from "../daemon/pid_file.ts";
import type { Venue } from "../feed/venue.ts";
import { diskDaysLeft } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { printDays } from "./check_status.ts";
import { readVenueState } from "./venue_state.ts";

/** A venue's entry in the JSON document of `status`. */
export interface VenueReport extends VenueHealth {
  readonly verdict: Verdict;
}

/** How a venue's collection is now, by what its last cycle left and by whether its daemon holds its lock. */
export function statusReport(venue: Venue, layout: Layout, now: number): VenueReport {
  const state = readVenueState(layout, venue);
  const holder = holderOf(layout.daemonLock(venue));
  const newest = state?.newestMinute ? Date.parse(`${state.newestMinute}Z`) : null;
  const health = {
    venue,
    daemon: holder === null ? null : holder.pid ?? 0,
    state,
    lagMinutes: lagMinutes(venue, newest, now, isTradingDay),
    diskDaysLeft: diskDaysLeft(layout),
  };
  return { ...health, verdict: verdictOf(health) };
}

export function printReport(report: VenueReport): void {
  const { venue, daemon, state } = report;
  const running = daemon === null ? "no daemon is running" : `daemon running (PID ${daemon || "unknown"})`;
  console.log(`${venue}: ${running}`);
  if (state === null) return console.log("  no cycle has ended yet");
  for (const [name, fact] of factsOf(report, state)) console.log(`  ${name.padEnd(14)}  ${fact}`);
  printDays(state.days);
}

function factsOf(
  { daemon, lagMinutes, diskDaysLeft, verdict }: VenueReport,
  { lastCycle, nextCycle, failedCycles, newestMinute, notUnderstood, reconciled }: VenueState,
): [name: string, fact: string][] {
  const { end, files, trades, error } = lastCycle;
  const behind = `${counted(lagMinutes, "minute")} of trading behind`;
  const oldest = notUnderstood.oldest === null ? "" : `, oldest ${notUnderstood.oldest}`;
  return [
    ["last cycle", `${end}, ${counted(files, "file")}, ${counted(trades, "trade")}`],
    ...(error === null ? [] : [["failed", `${failedCycles} in a row: ${error}`] satisfies [string, string]]),
    ["next cycle", daemon === null ? "none planned" : nextCycle ?? "none planned"],
    ["newest minute", newestMinute === null ? "none" : `${newestMinute} UTC, ${behind}`],
    ["not understood", counted(notUnderstood.files, "file") + oldest],
    ["reconciled", reconciled ? `${reconciled.name}: ${differenceText(reconciled)}` : "no daily file yet"],
    ["disk", diskDaysLeft === null ? "not known" : `room for ${counted(diskDaysLeft, "day")}`],
    ["verdict", verdict.reason],
  ];
}
