import { Option } from "@commander-js/extra-typings";
import {
  consolidate,
  type Consolidated,
  isMadeOfPart,
  isRefusal,
  notWhole,
  planConsolidation,
} from "../../collect/maintain/consolidate.ts";
import {
  hasEnded,
  isWholeMonth,
  lacksInWords,
  lastEndedMonth,
  type MonthState,
  stateOfMonth,
  storedMonths,
} from "../../collect/maintain/month_state.ts";
import { underLock } from "../../collect/maintain/under_lock.ts";
import { Pace } from "../../collect/pace.ts";
import { counted } from "../../collect/counted.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { combinedExitCode, EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { monthOption, venuesOption } from "../grammar/values.ts";
import { answer, run } from "../run_command.ts";
import { printTable } from "../terminal/output.ts";
import { type Ask, person } from "../terminal/prompt.ts";
import { type Collaborators, wire } from "../wiring.ts";

/** Which months are consolidated: one, default the last that has ended, or all. */
interface MonthOptions {
  /** `2026-09`. */
  readonly month?: string;
  readonly all?: true;
  /** Also those that are not whole, without a question. */
  readonly yes?: true;
}

/** Makes the files of months. */
export function addConsolidateMonthCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("consolidate-month")
    .description("Merge the days of a month into one file; by default of the last month that has ended.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(
      new Option("--month <month>", "this month, YYYY-MM").argParser(monthOption).conflicts("all"),
    )
    .option("--all", "every month that has ended and has a stored day")
    .option("--yes", "do not ask; also take a month that is not over or lacks days")
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
      setExitCode(await consolidateMonthCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function consolidateMonthCommand(
  venues: readonly Venue[],
  options: GlobalOptions & MonthOptions & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const atTerminal = options.yes ? null : person(signal);
    const ask = (venue: Venue) => consolidateMonths(venue, options, tools, atTerminal, signal);
    return answer(venues, options, ask, printMonths, ({ exitCode }) => exitCode);
  });
}

/** A venue's line of the JSON document of `consolidate-month`. */
interface VenueMonths {
  readonly venue: Venue;
  readonly exitCode: number;
  readonly months: readonly Consolidated[];
}

/**
 * Makes the month files of a venue that were asked for, under its write lock. Each is asked for with `ask` before, if
 * somebody can be; without that, and without `yes`, a month must be whole. Throws `VenueBusy`, `CannotWrite`, and the
 * signal's reason.
 */
export async function consolidateMonths(
  venue: Venue,
  options: MonthOptions,
  tools: Collaborators,
  ask: Ask | null,
  signal: AbortSignal,
): Promise<VenueMonths> {
  const chosen = monthsOf(venue, options, tools);
  if (chosen.length === 0) {
    log.warning(`${venue}: no month that has ended is stored`);
    return { venue, exitCode: EXIT.inPart, months: [] };
  }
  const agreed = ask === null ? chosen : await agreedMonths(venue, chosen, tools, ask, signal);
  if (agreed.length === 0) return { venue, exitCode: EXIT.done, months: [] };
  const putUpWith = options.yes || ask !== null ? () => true : isWholeMonth;
  const work = () => consolidate(venue, agreed, putUpWith, tools, signal);
  const months = await underLock(venue, tools, signal, work);
  months.forEach((month) => logUndone(venue, month));
  for (const lacking of months.filter(isMadeOfPart)) log.warning(notWhole(venue, lacking));
  return { venue, exitCode: combinedExitCode(months.map(exitCodeOfMonth)), months };
}

/** The months to which nobody says no. No lock is held meanwhile: whoever is asked may be at lunch. */
async function agreedMonths(
  venue: Venue,
  months: readonly string[],
  tools: Collaborators,
  ask: Ask,
  signal: AbortSignal,
): Promise<string[]> {
  const pace = new Pace(tools.clock, signal, tools.onProgress);
  const agreed: string[] = [];
  for (const month of months) {
    const question = await questionOf(venue, month, tools, pace);
    if (question === null || await ask(question)) agreed.push(month);
    else log.info(`${venue} ${month} is not consolidated, as you answered`);
  }
  return agreed;
}

/** What is to be asked about a month; null when there is nothing to decide. */
async function questionOf(
  venue: Venue,
  month: string,
  tools: Collaborators,
  pace: Pace,
): Promise<string | null> {
  try {
    const state = await stateOfMonth(venue, month, tools, pace);
    if (planConsolidation(state, () => true).kind !== "consolidate") return null;
    const lacking = isWholeMonth(state.lacks) ? "" : `${notWhole(venue, state)}. `;
    return `${lacking}Make the file of ${month} from the ${storedInWords(state.days)} of ${venue}?`;
  } catch (error) {
    if (isRefusal(error)) return null; // which the consolidation tells
    throw error;
  }
}

/** `22 days with 9,680,000 trades` */
function storedInWords(days: MonthState["days"]): string {
  const trades = days.reduce((sum, { rows }) => sum + rows, 0);
  return `${counted(days.length, "day")} with ${counted(trades, "trade")}`;
}

/** A line for each month that has a file. */
function printMonths({ venue, months }: VenueMonths): void {
  const rows = months.flatMap((month) => {
    if (month.kind === "refused" || month.stored === null) return [];
    return [[month.month, month.stored.days.length, month.stored.rows, month.kind]];
  });
  if (rows.length === 0) return;
  console.log(`${venue}: month files`);
  printTable(["month", "days", "trades", ""], rows);
}

/** With `--all` the month that is not over is taken in by `--yes` only: it is never whole. */
function monthsOf(
  venue: Venue,
  { month, all, yes }: MonthOptions,
  { layout, clock }: Collaborators,
): string[] {
  if (!all) return [month ?? lastEndedMonth(clock.now())];
  return storedMonths(layout, venue).filter((month) => yes || hasEnded(month, clock.now()));
}

/** What was written and what was refused has been told. */
function logUndone(venue: Venue, consolidated: Consolidated): void {
  if (consolidated.kind === "refused") return;
  const { kind, month, days, lacks } = consolidated;
  if (kind === "unchanged") log.info(`${venue} ${month} is already consolidated: no day has changed`);
  if (kind === "nothing") {
    log.warning(`${venue} ${month}: no day is stored, so there is nothing to consolidate`);
  }
  if (kind === "incomplete") {
    const stored = storedInWords(days);
    log.error(
      `${venue} ${month} is not consolidated: ${
        lacksInWords(lacks)
      }. With --yes it is made from the ${stored}`,
    );
  }
}

function exitCodeOfMonth({ kind }: Consolidated): number {
  switch (kind) {
    case "consolidated":
    case "unchanged":
      return EXIT.done;
    case "nothing":
      return EXIT.inPart;
    case "incomplete":
      return EXIT.usage;
    case "refused":
      return EXIT.damagedData;
  }
}
