import { Option } from "@commander-js/extra-typings";
import { chosenMonths, consolidateChosen, type MonthChoice } from "../../collect/maintain/chosen_months.ts";
import { type Consolidated, isMadeOfPart, notWhole } from "../../collect/maintain/consolidate.ts";
import { isWholeMonth, lacksInWords, type MonthState } from "../../collect/maintain/month_state.ts";
import { counted } from "../../collect/counted.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { combinedExitCode, EXIT } from "../exit.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { monthOption, venuesOption } from "../grammar/option_values.ts";
import { answer, run } from "../run_command.ts";
import { printLine, printTable } from "../terminal/output.ts";
import { type Ask, prompt } from "../terminal/prompt.ts";
import { type Collaborators, wire } from "../wiring.ts";

export function addConsolidateMonthCommand({ program, action }: CommandLine): void {
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
    .action(action(consolidateMonthCommand));
}

function consolidateMonthCommand(
  venues: readonly Venue[],
  options: GlobalOptions & MonthChoice & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = wire(options);
    const atTerminal = options.yes ? null : prompt(signal);
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

/** Makes the requested month files of a venue; `ask` asks the user at the terminal, and is null when there is none. */
async function consolidateMonths(
  venue: Venue,
  options: MonthChoice,
  tools: Collaborators,
  ask: Ask | null,
  signal: AbortSignal,
): Promise<VenueMonths> {
  const chosen = chosenMonths(venue, options, tools);
  if (chosen.length === 0) {
    log.warning(`${venue}: no month that has ended is stored`);
    return { venue, exitCode: EXIT.inPart, months: [] };
  }
  const agree = ask && ((state: MonthState) => isAgreed(venue, state, ask));
  const months = await consolidateChosen(venue, chosen, { ...options, agree }, tools, signal);
  months.forEach((month) => logUndone(venue, month));
  for (const lacking of months.filter(isMadeOfPart)) log.warning(notWhole(venue, lacking));
  const exitCode = months.length === 0 ? EXIT.done : combinedExitCode(months.map(exitCodeOfMonth));
  return { venue, exitCode, months };
}

async function isAgreed(venue: Venue, state: MonthState, ask: Ask): Promise<boolean> {
  const lacking = isWholeMonth(state.lacks) ? "" : `${notWhole(venue, state)}. `;
  const isYes = await ask(
    `${lacking}Make the file of ${state.month} from the ${storedInWords(state.days)} of ${venue}?`,
  );
  if (!isYes) log.info(`${venue} ${state.month} is not consolidated, as you answered`);
  return isYes;
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
  printLine(`${venue}: month files`);
  printTable(["month", "days", "trades", ""], rows);
}

/** Reports months that were not made; written and refused ones have already been logged. */
function logUndone(venue: Venue, consolidated: Consolidated): void {
  if (consolidated.kind === "refused") return;
  const { kind, month, days, lacks } = consolidated;
  if (kind === "unchanged") log.info(`${venue} ${month} is already consolidated: no day has changed`);
  if (kind === "nothing") {
    log.warning(`${venue} ${month}: no day is stored, so there is nothing to consolidate`);
  }
  if (kind === "incomplete") {
    const remedy = `With --yes it is made from the ${storedInWords(days)}`;
    log.error(`${venue} ${month} is not consolidated: ${lacksInWords(lacks)}. ${remedy}`);
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
