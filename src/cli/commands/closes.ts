import { Option } from "@commander-js/extra-typings";
import type { PartitionIndex } from "../../derive/partition_index.ts";
import { isTradingOver } from "../../feed/calendar/expected_files.ts";
import type { Venue } from "../../feed/venue.ts";
import { type CommandLine, examples, isinOption } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { dateOption, venuesOption } from "../grammar/option_values.ts";
import { systemClock } from "../../system/system_clock.ts";
import { run } from "../run_command.ts";
import type { RowOptions } from "../terminal/print_rows.ts";
import { chosenDays, type DayOptions } from "./chosen_days.ts";
import { type BarOptions, daysBars } from "./print_bars.ts";
import { printVenues, type ReadRows, rowsOf } from "./print_venues.ts";

const COLUMNS = [
  ...["venue", "isin", "price_currency", "contract_date", "option_category", "strike_price", "trading_day"],
  ...["official_close", "official_close_kind", "official_close_time"],
  ...["open", "high", "low", "close", "volume", "previous_close"],
];
/** What a narrow terminal shows first: what a return is made of. */
const FOREMOST = [...COLUMNS.slice(0, COLUMNS.indexOf("official_close") + 1), "previous_close"];

export function addClosesCommand({ program, action }: CommandLine): void {
  program.command("closes")
    .description(
      "Print the official closes of a trading day: price, kind and time, the day's prices, the previous close.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option(
      "--date <date>",
      "this trading day, YYYY-MM-DD (default: the last stored one that is over)",
      dateOption,
    )
    .addOption(isinOption("only these"))
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("closes DETR", "closes DETR DFRA --date 2026-09-17 --csv", "closes DETR --isin DE0007164600"),
    )
    .action(action(closesCommand));
}

function closesCommand(
  venues: readonly Venue[],
  options: GlobalOptions & Pick<DayOptions, "date"> & Pick<BarOptions, "isin"> & RowOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const days = (index: PartitionIndex) => daysOf(index, options, systemClock.now());
    const shape = { name: "closes", columns: COLUMNS, foremost: FOREMOST };
    const question = { noun: "closes", isin: options.isin, days, read: closesBy(options) };
    return printVenues(venues, options, shape, question, signal);
  });
}

/** JSON has all columns of the bars; for a table or CSV only those that they show are read. */
function closesBy({ isin, json }: Pick<BarOptions, "isin"> & RowOptions): ReadRows {
  const columns = json ? undefined : new Set(COLUMNS);
  return (index, days) => rowsOf(index, daysBars(index, days, isin ?? null), columns);
}

async function daysOf(
  index: PartitionIndex,
  { date }: Pick<DayOptions, "date">,
  now: number,
): Promise<string[]> {
  const last = date ?? await index.lastDay((day) => isTradingOver(index.venue, day, now));
  return last === null ? [] : await chosenDays(index, { date: last });
}
