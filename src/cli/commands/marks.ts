import { Option } from "@commander-js/extra-typings";
import type { PlainRow } from "../../derive/plain_rows.ts";
import { closingQuotes } from "../../derive/quotes/closing_quotes.ts";
import { hoursOf, lastQuoteDay } from "../../derive/quotes/quote_hours.ts";
import { quotesAt } from "../../derive/quotes/quotes_at.ts";
import { readQuotes } from "../../derive/quotes/read_quotes.ts";
import { hoursUntil } from "../../derive/quotes/effective_rows.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { type CommandLine, examples, isinOption } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { clockOption, type Moment, startOf } from "../grammar/moments.ts";
import { dateOption, venuesOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import type { RowOptions } from "../terminal/print_rows.ts";
import { nothingStored } from "./nothing_stored.ts";
import { printQuotes, warnOfAge } from "./print_quotes.ts";

/** Which day and time; by default the close. */
interface MarksOptions extends RowOptions {
  readonly date?: string;
  readonly at?: Moment;
  readonly isin?: ReadonlySet<string>;
}

export function addMarksCommand({ program, action }: CommandLine): void {
  program.command("marks")
    .description(
      "Print the bid and the offer of every instrument at one time of a trading day; by default at its close.",
    )
    .argument("<venues...>", "venue codes, such as DFRA", venuesOption)
    .option("--date <date>", "this trading day, YYYY-MM-DD (default: the last stored one)", dateOption)
    .addOption(
      new Option("--at <time>", "at this time of day, such as 17:30, in Frankfurt").argParser(clockOption)
        .conflicts("close"),
    )
    .option("--close", "the last quote with a price on both sides (default)")
    .addOption(isinOption("only these"))
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .option("--output <file>", "print into a file: CSV, or JSON with --json")
    .addHelpText(
      "after",
      examples("marks DETR", "marks DFRA --at 17:29 --csv", "marks DGAT DFRA --date 2026-09-01 --json"),
    )
    .action(action(marksCommand));
}

function marksCommand(venues: readonly Venue[], options: GlobalOptions & MarksOptions): Promise<number> {
  return run(venues, options, (signal) => printQuotes("marks", venues, options, marksOf, signal));
}

/** Returns a text when no hour of the day is stored. */
function marksOf(
  venue: Venue,
  { date, at, isin }: MarksOptions,
  layout: Layout,
  breathe: () => Promise<void>,
): AsyncIterable<PlainRow> | string {
  const day = date ?? lastQuoteDay(layout, venue);
  if (day === null) return nothingStored("quotes", venue, layout);
  const hours = hoursOf(layout, venue, day);
  if (hours.length === 0) return "no quotes are stored for the requested trading day";
  const question = { venue, isins: isin ?? null, breathe };
  if (at === undefined) return readQuotes({ ...question, hours }, closingQuotes);
  const time = startOf(at, day);
  warnOfAge(venue, hours, time);
  return readQuotes({ ...question, hours: hoursUntil(time, hours) }, (files) => quotesAt(files, time));
}
