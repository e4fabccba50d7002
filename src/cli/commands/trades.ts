import { Option } from "@commander-js/extra-typings";
import type { PartitionIndex } from "../../derive/partition_index.ts";
import { readCorrectedTrades, readTrades } from "../../derive/read_trades.ts";
import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { type CommandLine, examples, isinOption, refuseSwapped } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { dateOption, venueOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import type { RowOptions } from "../terminal/print_rows.ts";
import { chosenDays, type DayOptions } from "./chosen_days.ts";
import { printVenues, type ReadRows, rowsOf } from "./print_venues.ts";

/** Which trades, and in which form. */
interface TradeOptions extends Pick<DayOptions, "date" | "from" | "to">, RowOptions {
  readonly isin: ReadonlySet<string>;
  readonly corrected?: true;
}

const SHAPE = { name: "trades", columns: ["venue", ...TRADES.columns.map(({ name }) => name)] };

export function addTradesCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("trades")
    .description(
      "Print the trades of some ISINs as they are stored; by default of the last stored trading day.",
    )
    .argument("<venue>", "venue code, such as DETR", venueOption)
    .addOption(isinOption("of these").makeOptionMandatory())
    .addOption(
      new Option("--date <date>", "this trading day, YYYY-MM-DD").argParser(dateOption)
        .conflicts(["from", "to"]),
    )
    .option("--from <date>", "the trading days from this date on, YYYY-MM-DD", dateOption)
    .option("--to <date>", "the trading days up to this date, YYYY-MM-DD", dateOption)
    .option("--corrected", "apply corrections: each trade once, without those that were cancelled")
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "trades DETR --isin DE0007164600",
        "trades DEUR --isin DE0009652388 --date 2026-09-17 --corrected",
        "trades DETR --isin @isins.txt --from 2026-09-01 --csv",
      ),
    )
    .action(async (venue, options, command) => {
      refuseSwapped(options, command);
      setExitCode(await tradesCommand(venue, { ...globals(), ...options }));
    });
}

function tradesCommand(venue: Venue, options: GlobalOptions & TradeOptions): Promise<number> {
  const days = (index: PartitionIndex) => chosenDays(index, options);
  const question = { noun: "trades", isin: options.isin, days, read: tradesBy(options) };
  return run([venue], options, (signal) => printVenues([venue], options, SHAPE, question, signal));
}

function tradesBy({ isin, corrected }: TradeOptions): ReadRows {
  const read = corrected ? readCorrectedTrades : readTrades;
  return async function* (index, days) {
    for (const day of days) yield* rowsOf(index, read(index, day, isin));
  };
}
