import { Option } from "@commander-js/extra-typings";
import type { Venue } from "../feed/venue.ts";
import { apiUrlOption, type CommandLine, examples } from "./command_line.ts";
import { dateOption, keepDaysOption, monthOption, namesOption, venuesOption } from "./options.ts";

/** The exchange deletes its files after a day: a week of raw files is there to repair from. */
const DEFAULT_KEEP_DAYS = 7;

/** Loaded when they run: help, a usage error and a waiting daemon need nothing that reads or writes Parquet. */
const maintenanceCommands = () => import("./maintenance_commands.ts");

/** The commands that look after what is stored. */
export function addMaintenanceCommands({ program, globals, setExitCode }: CommandLine): void {
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
    .option(
      "--accept <name>",
      "stop reporting this file; a daily file that contradicts the minute files is taken",
      namesOption,
    )
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
}
