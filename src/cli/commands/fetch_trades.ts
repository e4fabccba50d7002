import { type Command, Option } from "@commander-js/extra-typings";
import { counted } from "../../collect/counted.ts";
import type { Tools } from "../../collect/cycle.ts";
import { fetchVenue } from "../../collect/fetch_venue.ts";
import { type FetchPreview, previewFetch } from "../../collect/fetch_preview.ts";
import type { VenueResult } from "../../collect/report.ts";
import { summarizeAbsent } from "../../collect/summarize.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { daemonCommand } from "../daemon/daemon_command.ts";
import { conclude } from "../conclude.ts";
import { combinedExitCode } from "../exit.ts";
import { apiUrlOption, type CommandLine, examples } from "../grammar/command_line.ts";
import type { DaemonOptions, FetchOptions } from "../grammar/fetch_options.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import {
  activeHoursOption,
  intervalOption,
  quotaOption,
  scheduleOption,
  venuesOption,
  zoneOption,
} from "../grammar/option_values.ts";
import { allOf, answer, run } from "../run_command.ts";
import { printJson, printTable } from "../terminal/output.ts";
import { warnOfUnsynced } from "../unsynced.ts";
import { VERSION } from "../version.ts";
import { wire } from "../wiring.ts";

/** Options that have a meaning only for a daemon. */
const OF_DAEMON: ReadonlySet<string> = new Set([
  "--interval",
  "--active-hours",
  "--schedule",
  "--market-timezone",
  "--skip-non-trading-days",
  "--publish-every",
  "--pid-file",
]);

/** The command that fetches once, or as a daemon. */
export function addFetchTradesCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("fetch-trades")
    .description("Fetch and store all trades that the exchange lists and that are not stored yet.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--no-store", "show what would be fetched; write nothing")
    .option("--no-reconcile", "leave out daily files of days that are complete")
    .addOption(apiUrlOption())
    .option(
      "--quota <n/seconds>",
      "downloads per window of seconds (default: 30/60, which the exchange allows)",
      quotaOption,
    )
    .option(
      "--quota-file <file>",
      "shared by all processes behind one address (default: in the working directory)",
    )
    .option(
      "--market-timezone <tz>",
      "with --daemon: time zone of active hours and schedule (default: Europe/Berlin)",
      zoneOption,
    )
    .option("--json", "print what was done as JSON")
    .addOption(new Option("--daemon", "keep fetching until a signal stops it").conflicts(["json", "store"]))
    .option(
      "--interval <time>",
      "with --daemon: hours between starts, or 15m, 90s, 1h30m (default: 1)",
      intervalOption,
    )
    .option("--active-hours <hours>", "with --daemon: market time (default: 08:30-18:00)", activeHoursOption)
    .addOption(
      new Option("--schedule <cron>", "with --daemon: a cron expression in market time")
        .argParser(scheduleOption).conflicts(["interval", "activeHours"]),
    )
    .option(
      "--skip-non-trading-days",
      "with --daemon: only one cycle a day on weekends and the exchange's holidays",
    )
    .option(
      "--publish-every <time>",
      "with --daemon: minimum time between two publications of a day (default: 1h)",
      intervalOption,
    )
    .option("--pid-file <file>", "with --daemon: held while it runs; its folder must exist")
    .addHelpText(
      "after",
      examples(
        "fetch-trades DETR",
        "fetch-trades DETR DFRA --no-store",
        "fetch-trades DEUR --json",
        "--log-file logs/detr.log fetch-trades DETR --daemon --interval 1 --pid-file /tmp/xetra-detr.pid",
      ),
    )
    .action(async (venues, options, fetchTrades) => {
      const unheeded = options.daemon ? undefined : daemonOptionOf(fetchTrades);
      if (unheeded !== undefined) {
        fetchTrades.error(`error: ${unheeded} is for --daemon; add that, or leave ${unheeded} out`);
      }
      const all: DaemonOptions & FetchOptions = { ...globals(), ...options };
      const command = all.daemon ? daemonCommand : fetchTradesCommand;
      setExitCode(await command(venues as Venue[], all));
    });
}

/** The first given option that has a meaning only for a daemon; undefined when there is none. */
function daemonOptionOf(
  command: Pick<Command, "options" | "getOptionValueSource">,
): string | undefined {
  const given = command.options.filter((option) =>
    command.getOptionValueSource(option.attributeName()) !== undefined
  );
  return given.map(({ long }) => long ?? "").find((long) => OF_DAEMON.has(long));
}

function fetchTradesCommand(
  venues: readonly Venue[],
  options: GlobalOptions & FetchOptions,
): Promise<number> {
  return run(venues, options, async (signal) => {
    const tools = wire(options);
    if (options.store) return await fetchTrades(venues, tools, signal, options.json ?? false);
    return await answer(venues, options, (venue) => previewFetch(venue, tools, signal), printPreview);
  });
}

/** How long to keep trying for a write lock: a mere look at it holds it for an instant. */
const LOCK_PATIENCE_MILLIS = 1_000;

/**
 * Fetches and stores what is missing for the venues, all at the same time under one quota. Returns the exit code.
 */
async function fetchTrades(
  venues: readonly Venue[],
  tools: Tools,
  signal: AbortSignal,
  json: boolean,
): Promise<number> {
  warnOfUnsynced(tools.layout);
  const fetching = { patienceMillis: LOCK_PATIENCE_MILLIS, version: VERSION, conclude };
  const results = await allOf(venues.map(async (venue) => {
    const result = await fetchVenue(venue, tools, fetching, signal);
    if (result.error !== null) log.error(`${venue}: ${result.error}`);
    return result;
  }));
  if (json) printJson({ venues: results.map(documentOf) });
  return combinedExitCode(results.map(({ exitCode }) => exitCode));
}

function documentOf({ venue, exitCode, report, error }: VenueResult) {
  if (report === null) return { venue, exitCode, error };
  return {
    venue,
    exitCode,
    listed: report.listed,
    skipped: report.skipped,
    odd: report.odd,
    files: report.files,
    bytes: report.bytes,
    trades: report.trades,
    pending: report.pending,
    lost: report.lost,
    rejected: report.rejected,
    findings: report.findings,
    contradictions: report.contradictions,
  };
}

/** Prints what would be fetched for a venue, one line per trading day. */
function printPreview({ venue, listed, waiting, days, estimatedSeconds }: FetchPreview): void {
  if (listed === null) return summarizeAbsent(venue);
  if (waiting > 0) {
    log.warning(`${venue}: ${counted(waiting, "file")} in the spool, to be read at the next run`);
  } else if (days.length === 0) log.info(`All available data already stored for ${venue}`);
  if (days.length === 0) return;
  console.log(`${venue}: would be fetched, in about ${Math.ceil(estimatedSeconds / 60)} min under the quota`);
  printTable(
    ["trading day", "minute files", "daily files", "odd names"],
    days.map((day) => Object.values(day)),
  );
}
