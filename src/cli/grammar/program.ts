import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { addCompletionCommand } from "../commands/completion.ts";
import { addHelpCommand } from "../commands/help.ts";
import { printLine } from "../terminal/output.ts";
import { VERSION } from "../version.ts";
import { type CommandLine, examples } from "./command_line.ts";
import { exitCodesHelp } from "./exit_help.ts";
import { LEVELS } from "./global_options.ts";
import { daysOption, sizeOption, zoneOption } from "./option_values.ts";

/** The commands in the order of the help: how each is loaded and added to the program. */
const COMMANDS: Readonly<Record<string, () => Promise<(line: CommandLine) => void>>> = {
  "fetch-trades": async () => (await import("../commands/fetch_trades.ts")).addFetchTradesCommand,
  "fetch-quotes": async () => (await import("../commands/fetch_quotes.ts")).addFetchQuotesCommand,
  "status": async () => (await import("../commands/status.ts")).addStatusCommand,
  "list-files": async () => (await import("../commands/list_files.ts")).addListFilesCommand,
  "check-status": async () => (await import("../commands/check_status.ts")).addCheckStatusCommand,
  "check-partial": async () => (await import("../commands/check_partial.ts")).addCheckPartialCommand,
  "coverage": async () => (await import("../commands/coverage.ts")).addCoverageCommand,
  "trades": async () => (await import("../commands/trades.ts")).addTradesCommand,
  "bars": async () => (await import("../commands/bars.ts")).addBarsCommand,
  "closes": async () => (await import("../commands/closes.ts")).addClosesCommand,
  "quotes": async () => (await import("../commands/quotes.ts")).addQuotesCommand,
  "marks": async () => (await import("../commands/marks.ts")).addMarksCommand,
  "connect": async () => (await import("../commands/connect.ts")).addConnectCommand,
  "verify": async () => (await import("../commands/verify.ts")).addVerifyCommand,
  "reprocess": async () => (await import("../commands/reprocess.ts")).addReprocessCommand,
  "cleanup-raw": async () => (await import("../commands/cleanup_raw.ts")).addCleanupRawCommand,
  "consolidate-month": async () =>
    (await import("../commands/consolidate_month.ts")).addConsolidateMonthCommand,
  "adopt": async () => (await import("../commands/adopt.ts")).addAdoptCommand,
  "merge": async () => (await import("../commands/merge.ts")).addMergeCommand,
  "export": async () => (await import("../commands/export.ts")).addExportCommand,
  "serve": async () => (await import("../commands/serve.ts")).addServeCommand,
  "install-service": async () => (await import("../commands/install_service.ts")).addInstallServiceCommand,
  "uninstall-service": async () =>
    (await import("../commands/uninstall_service.ts")).addUninstallServiceCommand,
};

/** These need to know all commands. */
const OF_ALL = ["--help", "help", "completion"];

/**
 * Builds the grammar of the command line. Because loading each command's code takes time, only the commands that `args`
 * may mean are added; by default all. Parsing throws commander's errors instead of ending the process.
 */
export async function buildProgram(
  setExitCode: (code: number) => void,
  args: readonly string[] = [],
): Promise<Command> {
  const program = new Command("xetra-parqed")
    .description(
      "Collects the trades and quotes that Deutsche Börse publishes every minute, and stores them as Parquet files.",
    )
    .version(VERSION, "--version", "print the version")
    .helpOption("--help", "show help")
    .exitOverride()
    .configureOutput({ writeOut: (text) => printLine(text.replace(/\n$/, "")) })
    .configureHelp({ subcommandTerm: briefTerm })
    .option("--wrk-dir <dir>", "working directory; data and state lie below it", ".")
    .addOption(
      new Option("--log-level <level>", "minimum level to log").choices(LEVELS).default("INFO" as const),
    )
    .option("--log-file <file>", "log to this file as well; its folder is created")
    .option("--log-rotate-size <size>", "rotate the log file at this size, or off (default: 10M)", sizeOption)
    .option(
      "--log-keep-days <days>",
      "delete rotated log files after this many days (default: 30)",
      daysOption,
    )
    .option("--quiet", "with --log-file: log only to that file")
    .option("--system-timezone <tz>", "time zone of the log (default: the system's)", zoneOption)
    .addHelpText("after", examples("fetch-trades DETR", "--wrk-dir /var/lib/xetra check-status DETR DFRA"));
  const globals = () => program.opts();
  const line: CommandLine = {
    program,
    globals,
    setExitCode,
    // The argument is what its parser has made of it, which commander's types do not say.
    action: (command) => async (argument, own) =>
      setExitCode(await command(argument as never, { ...globals(), ...own })),
  };
  for (const name of commandsMeant(args)) (await COMMANDS[name]())(line);
  addCompletionCommand(program);
  addHelpCommand(program);
  for (const command of program.commands) {
    command.addHelpText("after", "\nOptions of every command, such as --wrk-dir: xetra-parqed --help")
      .addHelpText("after", exitCodesHelp(command.name()));
  }
  return program;
}

/** A command in the list of all, without `[options]` and its other name, so that the text beside it fits 80 columns. */
function briefTerm(command: CommandUnknownOpts): string {
  return [command.name(), command.usage().replace("[options]", "").trim()].join(" ").trimEnd();
}

/** The names of the commands that a command line may mean: all if none is named, or if the request concerns all. */
function commandsMeant(args: readonly string[]): string[] {
  const names = Object.keys(COMMANDS);
  const meant = names.filter((name) => args.includes(name));
  return meant.length === 0 || OF_ALL.some((word) => args.includes(word)) ? names : meant;
}
