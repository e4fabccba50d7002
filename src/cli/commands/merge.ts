import { counted } from "../../collect/counted.ts";
import {
  type MergeChoice,
  type MergedVenue,
  mergeQuotes,
  mergeVenue,
  objectionTo,
} from "../../collect/merge/merge_venue.ts";
import type { Venue } from "../../feed/venue.ts";
import { QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../store/datasets.ts";
import { Layout } from "../../store/layout.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/option_values.ts";
import { answer, run } from "../run_command.ts";
import { wireQuotes } from "../quotes_wiring.ts";
import { printLine } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

export function addMergeCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("merge")
    .description(
      "Take over what another working directory has and this one does not, such as that of a second collector.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .requiredOption("--from <dir>", "the other working directory, or a copy of it; nothing is changed there")
    .addOption(OF_QUOTES)
    .option("--dry-run", "show what would be taken over; change nothing")
    .option("--json", "print what was done as JSON")
    .addHelpText(
      "after",
      examples(
        "merge DETR DFRA --from /mnt/second/xetra",
        "merge DETR --from /backup --dry-run",
        "merge DGAT --quotes --from /mnt/second/xetra",
      ),
    )
    .action(async (venues, options, command) => {
      const all = { ...globals(), ...options };
      const dataset = options.quotes ? QUOTES_BY_HOUR : TRADES_BY_DAY;
      const objection = objectionTo(options.from, new Layout(all.wrkDir), dataset);
      if (objection !== null) command.error(`error: ${objection}`);
      setExitCode(await mergeCommand(venues as Venue[], all));
    });
}

function mergeCommand(
  venues: readonly Venue[],
  options: GlobalOptions & MergeChoice & QuotesOption & JsonOption,
): Promise<number> {
  return run(venues, options, (signal) => {
    if (options.quotes) {
      const tools = wireQuotes(options);
      const ask = (venue: Venue) => mergeQuotes(venue, options, tools, signal);
      return answer(venues, options, ask, (merged) => printMerged(merged, ["hour", "quote"]), mergedCode);
    }
    const tools = wire(options);
    const ask = (venue: Venue) => mergeVenue(venue, options, tools, signal);
    return answer(venues, options, ask, (merged) => printMerged(merged, ["day", "trade"]), mergedCode);
  });
}

/**
 * 65 when a partition of either is damaged; 3 when the bytes of a file differ between the two, or the filters of an hour
 * of quotes; else 0.
 */
function mergedCode({ days }: MergedVenue): number {
  if (days.some(({ kind }) => kind === "refused")) return EXIT.damagedData;
  const isInPart = days.some((day) =>
    day.kind === "other filter" || (day.kind !== "refused" && day.conflicts.length > 0)
  );
  return isInPart ? EXIT.inPart : EXIT.done;
}

/** `period` and `row` are what is counted. */
function printMerged({ venue, days }: MergedVenue, [period, row]: readonly [string, string]): void {
  if (days.length === 0) return printLine(`${venue}: nothing to take over`);
  for (const day of days) {
    if (day.kind !== "planned") continue;
    const { date, entries, rawFiles } = day;
    const what = `${counted(entries, "source file")} and ${counted(rawFiles, "raw file")}`;
    printLine(`${venue} ${date}: ${what} would be taken over`);
  }
  const merged = days.filter((day) => day.kind === "merged");
  const added = merged.reduce((sum, day) => sum + day.added, 0);
  if (merged.length > 0) {
    printLine(`${venue}: ${counted(merged.length, period)} merged, ${counted(added, row)} added`);
  }
}
