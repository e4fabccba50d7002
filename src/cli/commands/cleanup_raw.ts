import { type Cleanup, cleanUp, isClean, KEEP_RAW_DAYS } from "../../collect/maintain/cleanup.ts";
import { underLock } from "../../collect/maintain/under_lock.ts";
import { rawQuotes } from "../../collect/quotes/hour_proofs.ts";
import { Pace } from "../../collect/pace.ts";
import { deletedText, keptText } from "../../collect/maintain/cleanup_text.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { EXIT } from "../exit.ts";
import { type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { keepDaysOption, venuesOption } from "../grammar/option_values.ts";
import { subjectOf } from "../of_quotes.ts";
import { answer, run } from "../run_command.ts";
import { printLine } from "../terminal/output.ts";
import { type Collaborators, wire } from "../wiring.ts";

interface CleanupOptions extends JsonOption, QuotesOption {
  /** The files of this many dates stay; 0 keeps none because of its age. */
  readonly keepDays?: number;
  readonly dryRun?: boolean;
}

export function addCleanupRawCommand({ program, action }: CommandLine): void {
  program.command("cleanup-raw").alias("cleanup-raw-cache")
    .description("Delete old raw files whose trades are proved to be in Parquet.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .addOption(OF_QUOTES)
    .option(
      "--keep-days <days>",
      "keep the files of this many dates, including today (default: 7, of quotes 0)",
      keepDaysOption,
    )
    .option("--dry-run", "show what would be deleted; delete nothing")
    .option("--json", "print what was done as JSON")
    .addHelpText("after", examples("cleanup-raw DETR --dry-run", "cleanup-raw DETR DFRA --keep-days 30"))
    .action(action(cleanupRawCommand));
}

function cleanupRawCommand(
  venues: readonly Venue[],
  options: GlobalOptions & CleanupOptions,
): Promise<number> {
  return run(venues, options, (signal) => {
    const tools = { ...wire(options), layout: subjectOf(options).layout };
    const ask = (venue: Venue) => cleanupRaw(venue, options, tools, signal);
    return answer(venues, options, ask, (cleanup) => printCleanup(cleanup, options), cleanupCode);
  });
}

/**
 * Cleans a venue's raw spool under its write lock; a dry run locks nothing. Throws as `underLock`, the disk's errors,
 * and the signal's reason.
 */
async function cleanupRaw(
  venue: Venue,
  { quotes, keepDays = quotes ? 0 : KEEP_RAW_DAYS, dryRun = false }: CleanupOptions,
  tools: Collaborators,
  signal: AbortSignal,
): Promise<Cleanup> {
  const { layout, clock, onProgress } = tools;
  const of = quotes ? rawQuotes(layout, venue) : undefined;
  const clean = (pace: Pace) => cleanUp(venue, { layout, pace, now: clock.now(), keepDays, dryRun, of });
  const cleanup = dryRun
    ? await clean(new Pace(clock, signal, onProgress))
    : await underLock(venue, tools, signal, ({ pace }) => clean(pace));
  for (const message of cleanup.damage) log.error(message);
  return cleanup;
}

function printCleanup(cleanup: Cleanup, { dryRun }: CleanupOptions): void {
  printLine(`${cleanup.venue}: ${deletedText(cleanup, dryRun ? "would be deleted" : "deleted")}`);
  for (const files of cleanup.kept) printLine(`${cleanup.venue}: ${keptText(files)}`);
}

function cleanupCode(cleanup: Cleanup): number {
  if (cleanup.damage.length > 0) return EXIT.damagedData;
  return isClean(cleanup) ? EXIT.done : EXIT.inPart;
}
