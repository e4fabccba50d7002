import { Command, Option } from "@commander-js/extra-typings";
import { addAdoptCommand } from "../commands/adopt.ts";
import { addBarsCommand } from "../commands/bars.ts";
import { addCheckPartialCommand } from "../commands/check_partial.ts";
import { addCheckStatusCommand } from "../commands/check_status.ts";
import { addCleanupRawCommand } from "../commands/cleanup_raw.ts";
import { addCompletionCommand } from "../commands/completion.ts";
import { addConsolidateMonthCommand } from "../commands/consolidate_month.ts";
import { addCoverageCommand } from "../commands/coverage.ts";
import { addFetchTradesCommand } from "../commands/fetch_trades.ts";
import { addHelpCommand } from "../commands/help.ts";
import { addInstallServiceCommand } from "../commands/install_service.ts";
import { addListFilesCommand } from "../commands/list_files.ts";
import { addMergeCommand } from "../commands/merge.ts";
import { addReprocessCommand } from "../commands/reprocess.ts";
import { addStatusCommand } from "../commands/status.ts";
import { addUninstallServiceCommand } from "../commands/uninstall_service.ts";
import { addVerifyCommand } from "../commands/verify.ts";
import { VERSION } from "../version.ts";
import { type CommandLine, examples } from "./command_line.ts";
import { exitCodesHelp } from "./exit_help.ts";
import { LEVELS } from "./global_options.ts";
import { daysOption, sizeOption, zoneOption } from "./values.ts";

/** In the order of the help. */
const COMMANDS: readonly ((line: CommandLine) => void)[] = [
  addFetchTradesCommand,
  addStatusCommand,
  addListFilesCommand,
  addCheckStatusCommand,
  addCheckPartialCommand,
  addCoverageCommand,
  addBarsCommand,
  addVerifyCommand,
  addReprocessCommand,
  addCleanupRawCommand,
  addConsolidateMonthCommand,
  addAdoptCommand,
  addMergeCommand,
  addInstallServiceCommand,
  addUninstallServiceCommand,
];

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
  const line: CommandLine = { program, globals: () => program.opts(), setExitCode };
  for (const add of COMMANDS) add(line);
  addCompletionCommand(program);
  addHelpCommand(program);
  for (const command of program.commands) command.addHelpText("after", exitCodesHelp(command.name()));
  return program;
}
