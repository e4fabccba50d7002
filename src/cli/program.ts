import { Command, Option } from "@commander-js/extra-typings";
import type { QuotaLimit } from "../feed/quota.ts";
import type { Venue } from "../feed/venue.ts";
import { checkPartialCommand, checkStatusCommand, fetchTradesCommand, listFilesCommand } from "./commands.ts";
import { apiOption, dateOption, quotaOption, venueOption, venuesOption, zoneOption } from "./options.ts";
import { VERSION } from "./version.ts";

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

/** Options that hold for every command, before and after its name. */
export interface GlobalOptions {
  readonly wrkDir: string;
  readonly logLevel: typeof LEVELS[number];
  readonly logFile?: string;
  readonly quiet?: true;
  readonly systemTimezone?: string;
}

/** Options of the commands that ask the exchange. */
export interface ExchangeOptions {
  readonly apiUrl?: URL;
}

export interface JsonOption {
  readonly json?: true;
}

export interface FetchOptions extends ExchangeOptions, JsonOption {
  readonly store: boolean;
  readonly reconcile: boolean;
  readonly quota?: QuotaLimit;
  readonly quotaFile?: string;
  readonly marketTimezone?: string;
}

/** Carries out a command; its exit code goes to `setExitCode`. */
export type Action<T extends unknown[]> = (...args: T) => Promise<number>;

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
    .option("--market-timezone <tz>", "time zone of trading hours (default: Europe/Berlin)", zoneOption)
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      examples("fetch-trades DETR", "fetch-trades DETR DFRA --no-store", "fetch-trades DEUR --json"),
    )
    .action(async (venues, options: FetchOptions) =>
      setExitCode(await fetchTradesCommand(venues as Venue[], { ...globals(), ...options }))
    );

  program.command("list-files")
    .description("List the files that the exchange serves now.")
    .argument("<venue>", "venue code, such as DETR", venueOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .addOption(apiUrlOption())
    .option("--json", "print JSON")
    .addHelpText("after", examples("list-files DETR", "list-files DETR --date 2026-09-01 --json"))
    .action(async (venue, options) =>
      setExitCode(await listFilesCommand(venue, { ...globals(), ...options }))
    );

  program.command("check-status")
    .description("Compare what the exchange lists with what is stored, by date.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(apiUrlOption())
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-status DETR", "check-status DETR DFRA --json"))
    .action(async (venues, options) =>
      setExitCode(await checkStatusCommand(venues as Venue[], { ...globals(), ...options }))
    );

  program.command("check-partial")
    .description("Show the stored dates that have gaps, pending files or files that could not be decoded.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-partial DETR", "check-partial DETR DEUR --json"))
    .action(async (venues, options) =>
      setExitCode(await checkPartialCommand(venues as Venue[], { ...globals(), ...options }))
    );

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
