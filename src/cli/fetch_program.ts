import { type Command, Option } from "@commander-js/extra-typings";
import type { Venue } from "../feed/venue.ts";
import { apiUrlOption, type CommandLine, examples } from "./command_line.ts";
import {
  activeHoursOption,
  intervalOption,
  quotaOption,
  scheduleOption,
  venuesOption,
  zoneOption,
} from "./options.ts";
import type { DaemonOptions, FetchOptions } from "./settings.ts";

/** Loaded when they run: help, a usage error and a waiting daemon need nothing that reads or writes Parquet. */
const commands = () => import("./commands.ts");
const daemonCommands = () => import("./daemon_commands.ts");

/** What only a daemon heeds: when it works, and that it works alone. */
const OF_DAEMON: ReadonlySet<string> = new Set([
  "--interval",
  "--active-hours",
  "--schedule",
  "--market-timezone",
  "--skip-non-trading-days",
  "--pid-file",
]);

/** The command that fetches, once or as a daemon. */
export function addFetchCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("fetch-trades")
    .description("Fetch and store all trades that the exchange lists and that are not stored yet.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--no-store", "say what would be fetched, and write nothing")
    .option("--no-reconcile", "leave out daily files of days that are complete")
    .addOption(apiUrlOption())
    .option(
      "--quota <n/seconds>",
      "downloads in each window (default: 30/60, what the exchange allows)",
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
    .addOption(new Option("--daemon", "go on fetching until a signal ends it").conflicts(["json", "store"]))
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
      "with --daemon: no cycles on weekends and the exchange's holidays, but for one",
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
      const command = all.daemon
        ? (await daemonCommands()).daemonCommand
        : (await commands()).fetchTradesCommand;
      setExitCode(await command(venues as Venue[], all));
    });
}

/** The first option that was given to a command and means something to a daemon only; undefined when there is none. */
function daemonOptionOf(
  command: Pick<Command, "options" | "getOptionValueSource">,
): string | undefined {
  const given = command.options.filter((option) =>
    command.getOptionValueSource(option.attributeName()) !== undefined
  );
  return given.map(({ long }) => long ?? "").find((long) => OF_DAEMON.has(long));
}
