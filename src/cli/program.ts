import { Command, Option } from "@commander-js/extra-typings";
import type { Venue } from "../feed/venue.ts";
import { addAdoptCommand } from "./adopt_program.ts";
import {
  activeHoursOption,
  apiOption,
  daemonOptionOf,
  dateOption,
  daysOption,
  intervalOption,
  keepDaysOption,
  monthOption,
  namesOption,
  quotaOption,
  scheduleOption,
  sizeOption,
  venueOption,
  venuesOption,
  zoneOption,
} from "./options.ts";
import { addCompletionCommand, addServiceCommands } from "./service_program.ts";
import { type DaemonOptions, type FetchOptions, type GlobalOptions, LEVELS } from "./settings.ts";
import { VERSION } from "./version.ts";

/** The exchange deletes its files after a day: a week of raw files is there to repair from. */
const DEFAULT_KEEP_DAYS = 7;

/** Loaded when they run: help, a usage error and a waiting daemon need nothing that reads or writes Parquet. */
const commands = () => import("./commands.ts");
const daemonCommands = () => import("./daemon_commands.ts");
const maintenanceCommands = () => import("./maintenance_commands.ts");

/**
 * The command line: what may be said, and which command it means. Parsing throws commander's errors instead of
 * ending the process.
 */
export function buildProgram(setExitCode: (code: number) => void): Command {
  const program = new Command("xetra-parqed")
    .description("Collects the trades that Deutsche Börse publishes, minute by minute, as Parquet.")
    .version(VERSION, "--version", "print the version")
    .helpOption("--help", "show help")
    .exitOverride()
    .option("--wrk-dir <dir>", "working directory; data and state lie below it", ".")
    .addOption(
      new Option("--log-level <level>", "least level to log").choices(LEVELS).default("INFO" as const),
    )
    .option("--log-file <file>", "log to this file as well; its folder is made")
    .option("--log-rotate-size <size>", "rotate the log file at this size, or off (default: 10M)", sizeOption)
    .option("--log-keep-days <days>", "delete rotated log files after so many days (default: 30)", daysOption)
    .option("--quiet", "with --log-file: log to nothing else")
    .option("--system-timezone <tz>", "time zone of the log (default: the system's)", zoneOption)
    .addHelpText("after", examples("fetch-trades DETR", "--wrk-dir /var/lib/xetra check-status DETR DFRA"));
  const globals = (): GlobalOptions => program.opts();

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

  program.command("status")
    .description("Is it running, what is stored, how late is it, what is missing.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--json", "print JSON")
    .option("--check", "one line, and exit codes for monitoring: 0 fine, 1 warning, 2 critical")
    .addHelpText("after", examples("status DETR", "--wrk-dir /var/lib/xetra status DETR DFRA --check"))
    .action(async (venues, options) => {
      const { statusCommand } = await daemonCommands();
      setExitCode(await statusCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("list-files")
    .description("List the files that the exchange serves now.")
    .argument("<venue>", "venue code, such as DETR", venueOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .addOption(apiUrlOption())
    .option("--json", "print JSON")
    .addHelpText("after", examples("list-files DETR", "list-files DETR --date 2026-09-01 --json"))
    .action(async (venue, options) => {
      const { listFilesCommand } = await commands();
      setExitCode(await listFilesCommand(venue, { ...globals(), ...options }));
    });

  program.command("check-status")
    .description("Compare what the exchange lists with what is stored, by date.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(apiUrlOption())
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-status DETR", "check-status DETR DFRA --json"))
    .action(async (venues, options) => {
      const { checkStatusCommand } = await commands();
      setExitCode(await checkStatusCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("check-partial")
    .description("Show the stored dates that have gaps, pending files or files that could not be decoded.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-partial DETR", "check-partial DETR DEUR --json"))
    .action(async (venues, options) => {
      const { checkPartialCommand } = await commands();
      setExitCode(await checkPartialCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("verify")
    .description("Read back what is stored: whole, in order, as its ledgers say; by default everything.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(new Option("--date <date>", "only this date, YYYY-MM-DD").argParser(dateOption))
    .addOption(
      new Option("--month <month>", "only this month, YYYY-MM").argParser(monthOption).conflicts("date"),
    )
    .addOption(new Option("--all", "everything (the default)").conflicts(["date", "month"]))
    .option("--repair", "keep damaged files under another name, and rebuild them from the raw files")
    .addOption(apiUrlOption())
    .option("--quota-file <file>", "as of fetch-trades: a daily file that is asked for counts")
    .option("--json", "print JSON")
    .addHelpText("after", examples("verify DETR", "verify DETR DFRA --month 2026-09", "verify DETR --repair"))
    .action(async (venues, options) => {
      const { verifyCommand } = await maintenanceCommands();
      setExitCode(await verifyCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("reprocess")
    .alias("reprocess-raw-cache")
    .description("Decode raw files again that were not understood, as after an update.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .option("--force", "all raw files; what they give now goes before what is stored")
    .option("--accept <name>", "never mind this file: no run tells of it any more", namesOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("reprocess DETR", "reprocess DETR --date 2026-09-01 --force"))
    .action(async (venues, options) => {
      const { reprocessCommand } = await maintenanceCommands();
      setExitCode(await reprocessCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("cleanup-raw").alias("cleanup-raw-cache")
    .description("Delete old raw files whose trades are proved to be in Parquet.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(
      new Option("--keep-days <days>", "keep the files of so many dates, today's being one")
        .argParser(keepDaysOption).default(DEFAULT_KEEP_DAYS),
    )
    .option("--dry-run", "say what would be deleted, and touch nothing")
    .option("--json", "print what was done as JSON")
    .addHelpText("after", examples("cleanup-raw DETR --dry-run", "cleanup-raw DETR DFRA --keep-days 30"))
    .action(async (venues, options) => {
      const { cleanupRawCommand } = await maintenanceCommands();
      setExitCode(await cleanupRawCommand(venues as Venue[], { ...globals(), ...options }));
    });

  program.command("consolidate-month")
    .description("Make one file of the days of a month, by default of the last month that has ended.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(
      new Option("--month <month>", "this month, YYYY-MM").argParser(monthOption).conflicts("all"),
    )
    .option("--all", "every month of which a day is stored and that has ended")
    .option("--yes", "ask nothing, and take also a month that is not over or lacks days")
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      examples(
        "consolidate-month DETR",
        "consolidate-month DETR DFRA --all",
        "consolidate-month DETR --month 2026-09 --yes",
      ),
    )
    .action(async (venues, options) => {
      const { consolidateMonthCommand } = await maintenanceCommands();
      setExitCode(await consolidateMonthCommand(venues as Venue[], { ...globals(), ...options }));
    });

  addAdoptCommand(program, globals, setExitCode, examples);
  addServiceCommands(program, globals, setExitCode);
  addCompletionCommand(program);
  return program;
}

function apiUrlOption() {
  return new Option("--api-url <url>", "another file service, on this machine (replica, tests)")
    .env("XETRA_PARQED_API_URL")
    .argParser(apiOption);
}

function examples(...lines: string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  xetra-parqed ${line}`)].join("\n");
}
