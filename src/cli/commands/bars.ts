import { Option } from "@commander-js/extra-typings";
import { counted } from "../../collect/counted.ts";
import { underLock } from "../../collect/maintain/under_lock.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import { type RefreshedDay, refreshMinutes } from "../../derive/refresh_minutes.ts";
import { WIDTHS } from "../../derive/widen.ts";
import { lastDateOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { combinedExitCode, EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { dateOption, isinsOption, monthOption, venuesOption } from "../grammar/values.ts";
import { answer, run } from "../run_command.ts";
import { printTable } from "../terminal/output.ts";
import { type Collaborators, wire } from "../wiring.ts";
import { printBars, type PrintOptions } from "./print_bars.ts";

/** Which trading days; if nothing is given, the last stored one. */
interface DayOptions {
  readonly date?: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: true;
}

/** Makes the bars of days. */
export function addBarsCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("bars")
    .description(
      "Bring the stored bars of a minute up to date; with --isin, --csv or --json print bars; " +
        "by default of the last stored trading day.",
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
    .option("--isin <isins>", "print only these, separated by commas, or @FILE with one a line", isinsOption)
    .addOption(
      new Option("--interval <interval>", "print bars of this length, made from one-minute bars")
        .choices(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[]),
    )
    .option("--currency <code>", "print only lines in this currency, such as EUR")
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples(
        "bars DETR",
        "bars DETR DFRA --month 2026-09",
        "bars DETR --isin DE0007164600 --interval 15m",
        "bars DETR --date 2026-09-01 --csv",
      ),
    )
    .action(async (venues, options, command) => {
      if (options.from !== undefined && options.to !== undefined && options.from > options.to) {
        command.error("error: --from is after --to: swap them", { exitCode: EXIT.usage });
      }
      setExitCode(await barsCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function barsCommand(
  venues: readonly Venue[],
  options: GlobalOptions & DayOptions & PrintOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    if (isToPrint(options)) {
      return printBars(venues, options, (index) => chosenDays(index, options), tools, signal);
    }
    const ask = (venue: Venue) => refreshVenue(venue, options, tools, signal);
    return answer(venues, {}, ask, printDays, codeOf);
  });
}

function isToPrint({ isin, currency, interval, csv, json }: PrintOptions): boolean {
  return [isin, currency, interval, csv, json].some((option) => option !== undefined);
}

/** A day without bars, because one of its partitions is damaged. */
interface RefusedDay {
  readonly date: string;
  readonly kind: "refused";
  readonly message: string;
}

/** What was done for a venue. */
interface VenueBars {
  readonly venue: Venue;
  readonly days: readonly (RefreshedDay | RefusedDay)[];
}

async function refreshVenue(
  venue: Venue,
  options: DayOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<VenueBars> {
  const days = await underLock(venue, tools, signal, async ({ pace }) => {
    const breathe = () => pace.breathe();
    const index = new PartitionIndex(tools.layout, venue, breathe);
    const done: (RefreshedDay | RefusedDay)[] = [];
    for (const date of await chosenDays(index, options)) {
      done.push(await refreshDay(index, date, { ...tools, breathe }));
    }
    return done;
  });
  if (days.length === 0) log.warning(`${venue}: no trades are stored for the requested days`);
  return { venue, days };
}

async function refreshDay(
  index: PartitionIndex,
  date: string,
  tools: Parameters<typeof refreshMinutes>[2],
): Promise<RefreshedDay | RefusedDay> {
  try {
    const day = await refreshMinutes(index, date, tools);
    if (day.unmatched > 0) {
      const corrections = counted(day.unmatched, "correction");
      log.warning(`${index.venue} ${date}: ${corrections} left out, whose trades are not stored`);
    }
    return day;
  } catch (error) {
    if (!(error instanceof DamagedPartition)) throw error;
    log.error(`${index.venue} ${date}: no bars are made: ${error.message}`);
    return { date, kind: "refused", message: error.message };
  }
}

async function chosenDays(
  index: PartitionIndex,
  { date, month, from, to, all }: DayOptions,
): Promise<string[]> {
  if (date !== undefined) return [date];
  const days = await index.days();
  if (all) return days;
  if (month !== undefined) return between(days, `${month}-01`, lastDateOf(month));
  return from === undefined && to === undefined ? days.slice(-1) : between(days, from, to);
}

function between(days: readonly string[], from = "", to = "9999-12-31"): string[] {
  return days.filter((day) => from <= day && day <= to);
}

/** 65 when a partition is damaged, 3 when nothing is stored for a requested day, else 0. */
function codeOf({ days }: VenueBars): number {
  if (days.length === 0) return EXIT.inPart;
  return combinedExitCode(days.map(({ kind }) => {
    if (kind === "refused") return EXIT.damagedData;
    return kind === "nothing" ? EXIT.inPart : EXIT.done;
  }));
}

function printDays({ venue, days }: VenueBars): void {
  const made = days.flatMap((day) => day.kind === "refused" ? [] : [[day.date, day.bars, day.kind]]);
  if (made.length === 0) return;
  console.log(`${venue}: bars of a minute`);
  printTable(["date", "bars", ""], made);
}
