import { Command, Option } from "@commander-js/extra-typings";
import { addAdoptCommand } from "./adopt_program.ts";
import { type CommandLine, examples } from "./command_line.ts";
import { exitCodesHelp } from "./exit_help.ts";
import { addFetchCommand } from "./fetch_program.ts";
import { addMaintenanceCommands } from "./maintenance_program.ts";
import { daysOption, sizeOption, zoneOption } from "./options.ts";
import { addQuestionCommands } from "./question_program.ts";
import { addCompletionCommand, addServiceCommands } from "./service_program.ts";
import { LEVELS } from "./settings.ts";
import { VERSION } from "./version.ts";

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
    .option("--log-file <file>", "log to this file as well; its folder is made")
    .option("--log-rotate-size <size>", "rotate the log file at this size, or off (default: 10M)", sizeOption)
    .option("--log-keep-days <days>", "delete rotated log files after so many days (default: 30)", daysOption)
    .option("--quiet", "with --log-file: log to nothing else")
    .option("--system-timezone <tz>", "time zone of the log (default: the system's)", zoneOption)
    .addHelpText("after", examples("fetch-trades DETR", "--wrk-dir /var/lib/xetra check-status DETR DFRA"));
  const line: CommandLine = { program, globals: () => program.opts(), setExitCode };
  addFetchCommand(line);
  addQuestionCommands(line);
  addMaintenanceCommands(line);
  addAdoptCommand(line);
  addServiceCommands(line);
  addCompletionCommand(program);
  for (const command of program.commands) command.addHelpText("after", exitCodesHelp(command.name()));
  return program;
}
