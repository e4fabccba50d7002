import type { DayDefects } from "../../collect/monitor/day_defects.ts";
import { checkPartial, type VenueDefects } from "../../collect/monitor/partial_days.ts";
import { counted } from "../../collect/counted.ts";
import type { Venue } from "../../feed/venue.ts";
import { systemClock } from "../../system/system_clock.ts";
import { type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { subjectOf } from "../of_quotes.ts";
import { answer, run } from "../run_command.ts";
import { printLine } from "../terminal/output.ts";

export function addCheckPartialCommand({ program, action }: CommandLine): void {
  program.command("check-partial")
    .description(
      "Show the dates with missing minutes, pending files, or files that could not be decoded.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(OF_QUOTES)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-partial DETR", "check-partial DETR DEUR --json"))
    .action(action(checkPartialCommand));
}

function checkPartialCommand(
  venues: readonly Venue[],
  options: GlobalOptions & QuotesOption & JsonOption,
): Promise<number> {
  return run(venues, options, () => {
    const { layout, collected } = subjectOf(options);
    const ask = (venue: Venue) => checkPartial(venue, layout, systemClock.now(), collected);
    return answer(venues, options, ask, printDefects);
  });
}

function printDefects({ venue, dates, days, strays }: VenueDefects): void {
  const found = `${counted(dates, "date")} looked at, ${counted(days.length, "date")} with issues`;
  printLine(`${venue}: ${dates === 0 ? "nothing is stored" : found}`);
  for (const day of days) for (const line of describe(day)) printLine(`${day.date}  ${line}`);
  for (const { date, path, what, remedy } of strays) printLine(`${date}  ${path}: ${what}; ${remedy}`);
}

function describe(issues: DayDefects): string[] {
  const { absent, gaps, pending, undecoded, withBadLines, contradictions, rejected, damage } = issues;
  return [
    ...(damage === null ? [] : [damage]),
    ...absent.map(({ from, to, minutes }) =>
      `${counted(minutes, "minute")} absent, ${from} to ${to} UTC: neither listed nor stored`
    ),
    ...gaps.map(({ from, to, minutes }) => `gap of ${counted(minutes, "minute")}, ${from} to ${to} UTC`),
    ...pendingLines(pending),
    ...undecoded.map((path) => `kept, not in Parquet: ${path}`),
    ...withBadLines.map((key) => `with bad lines: ${key}`),
    ...contradictions.map((key) => `contradicts the minute files: ${key}`),
    ...rejected.map((name) => `rejected, neither gzip nor whole NDJSON: ${name}`),
  ];
}

/** More pending files of a date than this are not printed one by one, as after an interrupted fetch of a day: JSON names each. */
const MOST_NAMED = 10;

function pendingLines(names: readonly string[]): string[] {
  if (names.length <= MOST_NAMED) return names.map((name) => `pending: ${name}`);
  return [`pending: ${counted(names.length, "file")}, the first ${names[0]}, the last ${names.at(-1)}`];
}
