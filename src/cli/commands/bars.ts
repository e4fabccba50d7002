import { Option } from "@commander-js/extra-typings";
import type { Venue } from "../../feed/venue.ts";
import { type CommandLine, examples, isinOption, refuseSwapped } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { dateOption, monthOption, venuesOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import type { RowOptions } from "../terminal/print_rows.ts";
import type { DayOptions } from "./chosen_days.ts";
import { type BarOptions, INTERVALS, printBars } from "./print_bars.ts";
import type { StoredInterval } from "./refresh_bars.ts";

export function addBarsCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("bars")
    .description(
      "Update the stored bars of a minute and of a day, by default all of them. With --isin, --currency, --csv, --json or " +
        "--output print bars instead, by default those of the last stored trading day.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(
      new Option("--date <date>", "this trading day, YYYY-MM-DD").argParser(dateOption)
        .conflicts(["month", "from", "to", "all"]),
    )
    .addOption(
      new Option("--month <month>", "the trading days of this month, YYYY-MM").argParser(monthOption)
        .conflicts(["from", "to", "all"]),
    )
    .addOption(
      new Option("--from <date>", "the trading days from this date on, YYYY-MM-DD").argParser(dateOption)
        .conflicts("all"),
    )
    .addOption(
      new Option("--to <date>", "the trading days up to this date, YYYY-MM-DD").argParser(dateOption)
        .conflicts("all"),
    )
    .option("--all", "every stored trading day")
    .addOption(isinOption("print only these"))
    .addOption(
      new Option(
        "--interval <interval>",
        "bars of this length; 1m and 1d are stored, others are made from one-minute bars",
      )
        .choices(INTERVALS),
    )
    .option("--currency <code>", "print only lines in this currency, such as EUR")
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .option("--output <file>", "print into a file: CSV, or JSON with --json")
    .addHelpText(
      "after",
      examples(
        "bars DETR",
        "bars DETR DFRA --month 2026-09",
        "bars DETR --isin DE0007164600 --interval 15m",
        "bars DETR --isin DE0007164600 --interval 1d --all",
        "bars DETR --date 2026-09-01 --csv",
      ),
    )
    .action(async (venues, options, command) => {
      refuseSwapped(options, command);
      setExitCode(await barsCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function barsCommand(
  venues: readonly Venue[],
  options: GlobalOptions & DayOptions & BarOptions & RowOptions,
): Promise<number> {
  return run(venues, options, async (signal) => {
    const intervals = storedIntervals(options);
    if (intervals === null) return await printBars(venues, options, signal);
    // Loaded only for this, since who prints bars waits for what is loaded.
    const { refreshBars } = await import("./refresh_bars.ts");
    return await refreshBars(venues, options, intervals, signal);
  });
}

/** Which stored bars are to be brought up to date; null when bars are to be printed. */
function storedIntervals(
  { interval, isin, currency, csv, json, output }: BarOptions & RowOptions,
): StoredInterval[] | null {
  if ([isin, currency, csv, json, output].some((option) => option !== undefined)) return null;
  if (interval === undefined) return ["1m", "1d"];
  return interval === "1m" || interval === "1d" ? [interval] : null;
}
