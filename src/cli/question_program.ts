import type { Venue } from "../feed/venue.ts";
import { apiUrlOption, type CommandLine, examples } from "./command_line.ts";
import { dateOption, venueOption, venuesOption } from "./options.ts";

/** Loaded when they run: help, a usage error and a waiting daemon need nothing that reads or writes Parquet. */
const commands = () => import("./commands.ts");
const daemonCommands = () => import("./daemon_commands.ts");

/** The commands that only answer: what is stored, what is listed, what lacks. */
export function addQuestionCommands({ program, globals, setExitCode }: CommandLine): void {
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
    .description(
      "Show the dates that lack minutes, or have pending files or files that could not be decoded.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-partial DETR", "check-partial DETR DEUR --json"))
    .action(async (venues, options) => {
      const { checkPartialCommand } = await commands();
      setExitCode(await checkPartialCommand(venues as Venue[], { ...globals(), ...options }));
    });
}
