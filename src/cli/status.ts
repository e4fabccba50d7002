import { lagMinutes } from "../collect/freshness.ts";
import { type VenueHealth, type Verdict, verdictOf } from "../collect/health.ts";
import { isTradingDay } from "../daemon/holidays.ts";
import { holderOf } from "../daemon/pid_file.ts";
import type { Venue } from "../feed/venue.ts";
import { diskDaysLeft } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { Spool } from "../store/spool.ts";
import { printTable } from "./output.ts";
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
    diskDaysLeft: diskDaysLeft(layout, venue, new Spool(layout, venue).dates()),
  };
  return { ...health, verdict: verdictOf(health) };
}

export function printReport({ venue, daemon, state, lagMinutes, diskDaysLeft, verdict }: VenueReport): void {
  console.log(`${venue}: ${daemon === null ? "no daemon is running" : `daemon running (PID ${daemon})`}`);
  if (state === null) return console.log("  no cycle has ended yet");
  const { lastCycle, nextCycle, failedCycles, newestMinute, notUnderstood, days } = state;
  const facts: [string, string][] = [
    ["last cycle", `${lastCycle.end}, ${lastCycle.files} files, ${lastCycle.trades} trades`],
    ...(lastCycle.error === null
      ? []
      : [["failed", `${failedCycles} in a row: ${lastCycle.error}`]] as [string, string][]),
    ["next cycle", nextCycle !== null && daemon !== null ? nextCycle : "none planned"],
    [
      "newest minute",
      newestMinute === null ? "none" : `${newestMinute} UTC, ${lagMinutes} minutes of trading behind`,
    ],
    [
      "not understood",
      `${notUnderstood.files} files${
        notUnderstood.oldest === null ? "" : `, oldest ${notUnderstood.oldest}`
      }`,
    ],
    ["disk", diskDaysLeft === null ? "not known" : `room for ${diskDaysLeft} days`],
    ["verdict", verdict.reason],
  ];
  for (const [name, fact] of facts) console.log(`  ${name.padEnd(14)}  ${fact}`);
  printTable(
    ["  date", "listed", "stored", "waiting", "pending", "lost", "trades"],
    days.map((
      day,
    ) => [`  ${day.date}`, day.listed, day.stored, day.waiting, day.pending, day.lost, day.trades]),
  );
}
