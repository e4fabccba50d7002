import { Option } from "@commander-js/extra-typings";
import type { PlainRow } from "../../derive/plain_rows.ts";
import type { HourFiles } from "../../derive/quotes/hour_groups.ts";
import {
  daysBetween,
  hoursOf,
  lastQuoteDay,
  type QuoteHour,
  tradingDayAt,
} from "../../derive/quotes/quote_hours.ts";
import type { TimedQuote } from "../../derive/quotes/quote_rows.ts";
import { quotesAt } from "../../derive/quotes/quotes_at.ts";
import { changesWithin, sampledWithin, type TimeRange } from "../../derive/quotes/quotes_between.ts";
import { readQuotes } from "../../derive/quotes/read_quotes.ts";
import { hoursUntil } from "../../derive/quotes/effective_rows.ts";
import { WIDTHS } from "../../derive/widen.ts";
import { daySpan } from "../../feed/calendar/trading_dates.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { type CommandLine, examples, isinOption } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { endOf, type Moment, momentOption, startOf } from "../grammar/moments.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { run } from "../run_command.ts";
import type { RowOptions } from "../terminal/print_rows.ts";
import { nothingStored } from "./nothing_stored.ts";
import { printQuotes, warnOfAge } from "./print_quotes.ts";

const NANOS_PER_SECOND = 1_000_000_000n;
/** Times between rows, in seconds. */
const STEPS: Readonly<Record<string, number>> = {
  "1s": 1,
  ...Object.fromEntries(Object.entries(WIDTHS).map(([name, minutes]) => [name, minutes * 60])),
};

/** Which times, and how; without any the last stored trading day, change by change. */
interface QuotesOptions extends RowOptions {
  readonly isin: ReadonlySet<string>;
  readonly at?: Moment;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly every?: string;
}

export function addQuotesCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("quotes")
    .description(
      "Print the quotes of some instruments, each side as it was last published: bid, ask, sizes, ages, spread; " +
        "by default all changes of the last stored trading day.",
    )
    .argument("<venues...>", "venue codes, such as DGAT", venuesOption)
    .addOption(isinOption("of these").makeOptionMandatory())
    .addOption(
      new Option("--at <time>", "at this time, such as 17:30 or 2026-09-01T17:30 in Frankfurt")
        .argParser(momentOption).conflicts(["from", "to", "every"]),
    )
    .option("--from <time>", "from this time or date on", momentOption)
    .option("--to <time>", "up to this time or date, which is included", momentOption)
    .addOption(
      new Option("--every <step>", "one row for each step, instead of one for each change").choices(
        Object.keys(STEPS),
      ),
    )
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .option("--output <file>", "print into a file: CSV, or JSON with --json")
    .addHelpText(
      "after",
      examples(
        "quotes DETR --isin DE0007164600 --at 17:30",
        "quotes DGAT --isin DE0007164600 --from 2026-09-01T09:00 --to 2026-09-01T17:30 --every 1m --csv",
        "quotes DGAT DFRA --isin @isins.txt --from 2026-09-01 --to 2026-09-04 --json",
      ),
    )
    .action(async (venues, options, command) => {
      if (isTurnedRound(options)) {
        command.error("error: --from is after --to: swap them");
      }
      setExitCode(await quotesCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

/** Times of day have the same order on every day. A time of day and a date cannot be compared before a day is chosen. */
const ANY_DAY = "2026-09-01";

function isTurnedRound({ from, to }: Pick<QuotesOptions, "from" | "to">): boolean {
  if (from === undefined || to === undefined) return false;
  return (from.kind === "clock") === (to.kind === "clock") && startOf(from, ANY_DAY) > endOf(to, ANY_DAY);
}

function quotesCommand(venues: readonly Venue[], options: GlobalOptions & QuotesOptions): Promise<number> {
  return run(venues, options, (signal) => printQuotes("quotes", venues, options, quotesOf, signal));
}

/** Returns a text when no hour of the requested time is stored. */
function quotesOf(
  venue: Venue,
  options: QuotesOptions,
  layout: Layout,
  breathe: () => Promise<void>,
): AsyncIterable<PlainRow> | string {
  const last = lastQuoteDay(layout, venue);
  if (last === null) return nothingStored("quotes", venue, layout);
  const range = rangeOf(options, last);
  const days = daysBetween(tradingDayAt(range.from), tradingDayAt(range.to), last)
    .map((day) => hoursOf(layout, venue, day))
    .filter((hours) => hoursUntil(range.to, hours).length > 0);
  if (days.length === 0) return "no quotes are stored for the requested time";
  if (options.at !== undefined) warnOfAge(venue, days[0], range.to);
  return quotesOfDays(venue, days, options, range, breathe);
}

async function* quotesOfDays(
  venue: Venue,
  days: readonly QuoteHour[][],
  options: QuotesOptions,
  range: TimeRange,
  breathe: () => Promise<void>,
): AsyncGenerator<PlainRow> {
  for (const stored of days) {
    const hours = hoursUntil(range.to, stored);
    yield* readQuotes({ venue, hours, isins: options.isin, breathe }, timesOf(options, range, stored));
  }
}

/** The requested range of time; for `--at` it starts and ends at that time. */
function rangeOf({ at, from, to }: QuotesOptions, last: string): TimeRange {
  if (at !== undefined) return { from: startOf(at, last), to: startOf(at, last) };
  const until = to === undefined ? daySpan(last).end - 1n : endOf(to, last);
  const since = from === undefined ? daySpan(tradingDayAt(until)).start : startOf(from, last);
  return { from: since, to: until };
}

/** Chooses the quotes of an ISIN in these hours of a trading day. Nothing is filled forward beyond the stored hours. */
function timesOf({ at, every }: QuotesOptions, { from, to }: TimeRange, hours: readonly QuoteHour[]) {
  const stored = { from: max(from, hours[0].start), to: min(to, hours.at(-1)!.end - 1n) };
  return (files: HourFiles): Iterable<TimedQuote> => {
    if (at !== undefined) return quotesAt(files, to);
    if (every === undefined) return changesWithin(files, { from, to });
    return sampledWithin(files, stored, BigInt(STEPS[every]) * NANOS_PER_SECOND);
  };
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
