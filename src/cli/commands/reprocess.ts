import { isLoss } from "../../collect/findings.ts";
import { rejectedText } from "../../collect/rejected_text.ts";
import { type ReprocessedQuotes, reprocessQuotes } from "../../collect/quotes/verify/reprocess_quotes.ts";
import { counted } from "../../collect/counted.ts";
import {
  type ReprocessChoice,
  type ReprocessedVenue,
  reprocessVenue,
} from "../../collect/verify/reprocess_venue.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { dateOption, namesOption, venuesOption } from "../grammar/option_values.ts";
import { answer, run } from "../run_command.ts";
import { wireQuotes } from "../quotes_wiring.ts";
import { printLine } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

export function addReprocessCommand({ program, action }: CommandLine): void {
  program.command("reprocess")
    .alias("reprocess-raw-cache")
    .description("Decode again the raw files that were not understood, for example after an update.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .option("--force", "all raw files; what they give now takes precedence over what is stored")
    .option(
      "--accept <name>",
      "stop reporting this file; a daily file that contradicts the minute files is stored all the same",
      namesOption,
    )
    .addOption(OF_QUOTES)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      examples("reprocess DETR", "reprocess DETR --date 2026-09-01 --force", "reprocess DGAT --quotes"),
    )
    .action(action(reprocessCommand));
}

function reprocessCommand(
  venues: readonly Venue[],
  options: GlobalOptions & ReprocessChoice & JsonOption & { readonly quotes?: true },
): Promise<number> {
  return run(venues, options, (signal) => {
    if (options.quotes) {
      const tools = wireQuotes(options);
      const ask = (venue: Venue) => reprocessQuotes(venue, options, tools, signal);
      return answer(venues, options, ask, printReprocessedQuotes, reprocessedCode);
    }
    const tools = wire(options);
    const ask = (venue: Venue) => reprocessVenue(venue, options, tools, signal);
    return answer(venues, options, ask, (done) => printReprocessed(done, "trade"), reprocessedCode);
  });
}

/**
 * 65 when a partition is damaged, 64 when a name to accept is wrong, 3 when something is still not understood, else 0.
 */
function reprocessedCode(
  { findings, unknown, rejected }: Pick<ReprocessedVenue, "findings" | "unknown" | "rejected">,
): number {
  if (findings.some(({ kind }) => kind === "damaged partition")) return EXIT.damagedData;
  if (unknown.length > 0) return EXIT.usage;
  return rejected.length > 0 || findings.some(isLoss) ? EXIT.inPart : EXIT.done;
}

function printReprocessedQuotes({ quotes, ...done }: ReprocessedQuotes): void {
  printReprocessed({ ...done, trades: quotes, taken: [] }, "quote");
}

/** `noun` is what a row is called. */
function printReprocessed(
  { venue, files, trades, accepted, taken, unknown, rejected }: ReprocessedVenue,
  noun: string,
): void {
  for (const name of accepted) printLine(`${venue}: ${name} is no longer reported; its bytes are kept`);
  for (const name of taken) printLine(`${venue}: all trades of ${name} are stored`);
  for (const name of unknown) {
    log.error(`${name} is not a waiting raw file of ${venue}; check-partial lists those`);
  }
  if (rejected.length > 0) log.warning(`${venue}: ${rejectedText(rejected)}. check-partial names them all`);
  if (accepted.length + taken.length + unknown.length > 0 && files === 0) return;
  printLine(
    `${venue}: ${counted(files, "raw file")} decoded again, ${counted(trades, noun)} added`,
  );
}
