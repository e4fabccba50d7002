import {
  absentText,
  catchingUpText,
  lagOf,
  oddNamesText,
  type VenueHealth,
  type VenueState,
  type Verdict,
  verdictOf,
} from "../../collect/monitor/health.ts";
import { behindText } from "../../collect/monitor/freshness.ts";
import { roomText } from "../../collect/monitor/disk_room.ts";
import { readVenueState, shownState } from "../../collect/monitor/venue_state.ts";
import { isQuiet, volumeText } from "../../collect/monitor/quiet_days.ts";
import { counted } from "../../collect/counted.ts";
import { differenceText } from "../../collect/findings.ts";
import { rejectedText } from "../../collect/rejected_text.ts";
import { holderOf } from "../../daemon/pid_file.ts";
import { EXCHANGE_QUOTA } from "../../feed/quota.ts";
import type { Venue } from "../../feed/venue.ts";
import { diskDaysLeft } from "../../store/disk.ts";
import { Layout, QuotesLayout } from "../../store/layout.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { withLog } from "../logging.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { printDays } from "../terminal/days_table.ts";

/** The worst of monitoring's levels. */
const CRITICAL = 2;

export function addStatusCommand({ program, action }: CommandLine): void {
  program.command("status")
    .description(
      "Show whether the daemon is running, what is stored, how late the data are and what is missing.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(OF_QUOTES)
    .option("--json", "print JSON")
    .option("--check", "one line, and exit codes for monitoring: 0 fine, 1 warning, 2 critical")
    .addHelpText("after", examples("status DETR", "--wrk-dir /var/lib/xetra status DETR DFRA --check"))
    .action(action(statusCommand));
}

async function statusCommand(
  venues: readonly Venue[],
  options: GlobalOptions & QuotesOption & JsonOption & { readonly check?: true },
): Promise<number> {
  const exitCode = await withLog(venues, options, async () => {
    const layout = options.quotes ? new QuotesLayout(options.wrkDir) : new Layout(options.wrkDir);
    const reports = await statusReports(venues, layout, systemClock.now());
    const worst = reports.map(({ verdict }) => verdict).reduce((a, b) => b.level > a.level ? b : a);
    if (options.json) printJson({ venues: reports.map(documentOf) });
    else if (options.check) printLine(worst.reason);
    else reports.forEach(printReport);
    return options.check ? worst.level : EXIT.done;
  });
  // Monitoring has three levels; being unable to look counts as the worst.
  return options.check ? Math.min(exitCode, CRITICAL) : exitCode;
}

interface VenueReport extends VenueHealth {
  readonly verdict: Verdict;
}

/** A venue's entry in the JSON document of `status`. */
function documentOf(report: VenueReport) {
  return { ...report, state: report.state && shownState(report.state) };
}

/**
 * The current state of each venue's collection, from what its last cycle left and from whether its daemon holds its
 * lock. Venues whose first cycle is under way share the quota, so their remaining time is computed for all of them
 * together.
 */
export async function statusReports(
  venues: readonly Venue[],
  layout: Layout,
  now: number,
): Promise<VenueReport[]> {
  const known = await Promise.all(venues.map((venue) => knownOf(venue, layout)));
  const downloads = known.reduce((sum, { downloads }) => sum + downloads, 0);
  const daysLeft = diskDaysLeft(layout);
  return known.map(({ downloads: files, ...venue }) => {
    const catchingUp = files === 0 ? null : { files, minutes: minutesFor(downloads) };
    const health = {
      ...venue,
      ...lagOf(venue, now),
      catchingUp,
      diskDaysLeft: daysLeft,
    };
    return { ...health, verdict: verdictOf(health) };
  });
}

/** What is on disk about a venue's collection; `downloads` is the number that its first cycle still has to make. */
async function knownOf(
  venue: Venue,
  layout: Layout,
): Promise<Pick<VenueHealth, "venue" | "daemon" | "state"> & { readonly downloads: number }> {
  const state = readVenueState(layout, venue);
  const holder = holderOf(layout.daemonLock(venue));
  const daemon = holder === null ? null : holder.pid ?? 0;
  const downloads = state === null && daemon !== null ? await downloadsLeftOf(venue, layout) : 0;
  return { venue, daemon, state, downloads };
}

/** Loads the code that reads the store only when needed: `status` is run often, but a first cycle happens only once. */
async function downloadsLeftOf(venue: Venue, layout: Layout): Promise<number> {
  const { downloadsLeft } = await import("../../collect/monitor/catching_up.ts");
  if (!(layout instanceof QuotesLayout)) return await downloadsLeft(layout, venue);
  const { quotesCollected } = await import("../../collect/quotes/quotes_collected.ts");
  return await downloadsLeft(layout, venue, quotesCollected());
}

/** The time that downloads take under the exchange's quota. */
function minutesFor(downloads: number): number {
  const { requests, windowMillis } = EXCHANGE_QUOTA;
  return Math.ceil(downloads / requests * windowMillis / 60_000);
}

function printReport(report: VenueReport): void {
  const { venue, daemon, state, catchingUp } = report;
  const running = daemon === null ? "no daemon is running" : `daemon running (PID ${daemon || "unknown"})`;
  printLine(`${venue}: ${running}`);
  if (state === null) {
    printLine(`  ${catchingUp === null ? "no cycle has ended yet" : catchingUpText(catchingUp)}`);
    return;
  }
  for (const [name, fact] of factsOf(report, state)) printLine(`  ${name.padEnd(14)}  ${fact}`);
  printDays(state.days, state.data);
}

function factsOf(
  { daemon, lagMinutes, lagIsMore, diskDaysLeft, verdict }: VenueReport,
  state: VenueState,
): [name: string, fact: string][] {
  const { lastCycle, nextCycle, failedCycles, newestMinute, notUnderstood, rejected } = state;
  const { oddNames, volume, reconciled, contradictions, days } = state;
  const { end, files, trades, error } = lastCycle;
  const behind = behindText({ minutes: lagMinutes ?? 0, isMore: lagIsMore });
  const absent = days.filter(({ absent }) => absent > 0);
  const oldest = notUnderstood.oldest === null ? "" : `, oldest ${notUnderstood.oldest}`;
  return [
    ["last cycle", `${end}, ${counted(files, "file")}, ${counted(trades, state.data.slice(0, -1))}`],
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
    ["disk", diskDaysLeft === null ? "not known" : roomText(diskDaysLeft)],
    ["verdict", verdict.reason],
  ];
}
