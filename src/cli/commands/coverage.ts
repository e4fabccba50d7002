import { Option } from "@commander-js/extra-typings";
import { counted } from "../../collect/counted.ts";
import { Pace } from "../../collect/pace.ts";
import { coverage, type DateRange, type DayCoverage } from "../../collect/monitor/day_coverage.ts";
import { shownAs } from "../../collect/monitor/shown_as.ts";
import { isQuiet } from "../../collect/monitor/quiet_days.ts";
import { lastDateOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { systemClock } from "../../system/system_clock.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples, OF_QUOTES, refuseSwapped } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { dateOption, monthOption, venuesOption } from "../grammar/option_values.ts";
import { subjectOf } from "../of_quotes.ts";
import { answer, run } from "../run_command.ts";
import { type Cell, heatMap } from "../terminal/heat_map.ts";
import { hasColour, printLine, printTable } from "../terminal/output.ts";

/** If nothing is given: from the first stored trading day until today. */
interface CoverageOptions extends JsonOption, QuotesOption, DateRange {
  readonly month?: string;
}

export function addCoverageCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("coverage")
    .description("Show a calendar of the trading days: which are stored, and how completely.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--month <month>", "only this month, YYYY-MM", monthOption)
    .addOption(
      new Option("--from <date>", "from this date on, YYYY-MM-DD (default: the first stored trading day)")
        .argParser(dateOption).conflicts("month"),
    )
    .addOption(
      new Option("--to <date>", "up to this date, YYYY-MM-DD (default: today)")
        .argParser(dateOption).conflicts("month"),
    )
    .addOption(OF_QUOTES)
    .option("--json", "print JSON, with every day")
    .addHelpText(
      "after",
      examples("coverage DETR", "coverage DETR DFRA --month 2026-09", "coverage DETR --json"),
    )
    .action(async (venues, options, command) => {
      refuseSwapped(options, command);
      setExitCode(await coverageCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function coverageCommand(
  venues: readonly Venue[],
  options: GlobalOptions & CoverageOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const { layout, collected } = subjectOf(options);
    const range = rangeOf(options);
    const pace = new Pace(systemClock, signal);
    const ask = async (venue: Venue): Promise<VenueCoverage> => {
      const days: DayCoverage[] = [];
      for await (const day of coverage(layout, venue, range, systemClock.now(), collected)) {
        days.push(day);
        await pace.breathe();
      }
      return { venue, days };
    };
    const data = `${collected.noun}s`;
    return answer(
      venues,
      options,
      ask,
      (covered) => printCoverage(covered, range, data),
      (covered) => codeOf(covered, range),
      (covered) => documentOf(covered, data),
    );
  });
}

interface VenueCoverage {
  readonly venue: Venue;
  readonly days: readonly DayCoverage[];
}

/** A venue's entry in the JSON document of `coverage`. */
function documentOf({ venue, days }: VenueCoverage, data: string) {
  return { venue, days: days.map((day) => shownAs(data, day)) };
}

function rangeOf({ month, from, to }: CoverageOptions): DateRange {
  return month === undefined ? { from, to } : { from: `${month}-01`, to: lastDateOf(month) };
}

/**
 * 65 when a partition is damaged, 3 when nothing is stored for a trading day, else 0. A range that begins with the first stored
 * day is empty where nothing is stored, as in a wrong working directory; one that was named may have no trading day.
 */
function codeOf({ days }: VenueCoverage, { from }: DateRange): number {
  if (days.length === 0 && from === undefined) return EXIT.inPart;
  if (days.some(({ state }) => state === "damaged")) return EXIT.damagedData;
  return days.some(({ state }) => state === "absent") ? EXIT.inPart : EXIT.done;
}

/** For more days than a month's, only incomplete ones are listed; the calendar shows all. */
const MOST_LISTED = 31;

function legendOf(data: string): string {
  return `W whole, w whole with less than half of the usual ${data}, O open, I incomplete, A absent, D damaged, ` +
    "· no trading";
}

function printCoverage({ venue, days }: VenueCoverage, range: DateRange, data: string): void {
  printLine(`${venue}: ${days.length === 0 ? nothingOf(range) : summaryOf(days)}`);
  if (days.length === 0) return;
  for (const line of heatMap(new Map(days.map((day) => [day.date, cellOf(day)])), hasColour())) {
    printLine(line);
  }
  printLine(legendOf(data));
  const listed = days.length <= MOST_LISTED ? days : days.filter(isToBeLookedAt);
  if (listed.length === 0) return;
  printTable(
    ["date", "state", "missing", "waiting", data, "usual", "from", "reconciled", "raw files", ""],
    listed.map(({ date, state, missing, waiting, trades, usual, sources, reconciled, raw, closes }) => [
      date,
      state,
      missing,
      waiting,
      trades,
      usual === null ? "" : Math.round(usual),
      sources.join(", "),
      reconciled ? "yes" : "no",
      raw ?? "",
      closes === null ? "" : `ends at ${closes}`,
    ]),
  );
}

/** Why a range has no day: a future month, or a weekend, says nothing about what is stored. */
function nothingOf({ from, to }: DateRange): string {
  if (from === undefined) return to === undefined ? "nothing is stored" : `nothing is stored until ${to}`;
  return `there has been no trading day from ${from} ${to === undefined ? "on" : `to ${to}`}`;
}

/** `62 trading days, 2026-09-01 to 2026-11-27: 60 whole, 1 incomplete, 1 absent`. */
function summaryOf(days: readonly DayCoverage[]): string {
  const states = Map.groupBy(days, ({ state }) => state);
  const counts = STATES.flatMap((state) =>
    states.has(state) ? [`${states.get(state)!.length} ${state}`] : []
  );
  const span = `${days[0].date} to ${days.at(-1)!.date}`;
  return `${counted(days.length, "trading day")}, ${span}: ${counts.join(", ")}`;
}

const STATES = ["whole", "open", "incomplete", "absent", "damaged"] as const satisfies DayCoverage["state"][];

/** Backgrounds from the 256 colours: greens by the volume traded; blue, amber, red and purple for other states. */
function cellOf({ state, date, trades, usual }: DayCoverage): Cell {
  switch (state) {
    case "whole":
      if (isQuiet({ date, trades, usual })) return { letter: "w", background: 64 };
      return { letter: "W", background: usual !== null && trades > 1.5 * usual ? 22 : 28 };
    case "open":
      return { letter: "O", background: 25 };
    case "incomplete":
      return { letter: "I", background: 130 };
    case "absent":
      return { letter: "A", background: 124 };
    case "damaged":
      return { letter: "D", background: 90 };
  }
}

function isToBeLookedAt({ state }: DayCoverage): boolean {
  return state !== "whole" && state !== "open";
}
