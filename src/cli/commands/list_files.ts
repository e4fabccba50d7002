import { listAll, type Services } from "../../collect/list_all.ts";
import type { Exchange } from "../../feed/http/client.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { EXIT } from "../exit.ts";
import { API_URL, type CommandLine, examples, OF_QUOTES } from "../grammar/command_line.ts";
import type { ExchangeOptions, GlobalOptions, JsonOption, QuotesOption } from "../grammar/global_options.ts";
import { dateOption, venueOption } from "../grammar/option_values.ts";
import { subjectOf } from "../of_quotes.ts";
import { run } from "../run_command.ts";
import { printJson, printLine } from "../terminal/output.ts";
import { wire } from "../wiring.ts";

export function addListFilesCommand({ program, action }: CommandLine): void {
  program.command("list-files")
    .description("List the files that the exchange serves now.")
    .argument("<venue>", "venue code, such as DETR", venueOption)
    .option("--date <date>", "only this date, YYYY-MM-DD", dateOption)
    .addOption(OF_QUOTES)
    .addOption(API_URL)
    .option("--json", "print JSON")
    .addHelpText("after", examples("list-files DETR", "list-files DETR --date 2026-09-01 --json"))
    .action(action(listFilesCommand));
}

function listFilesCommand(
  venue: Venue,
  options: GlobalOptions & ExchangeOptions & QuotesOption & JsonOption & { readonly date?: string },
): Promise<number> {
  return run([venue], options, async (signal) => {
    const listed = await listFiles(
      { venue, services: subjectOf(options).collected.services(venue) },
      options.date,
      wire(options).exchange,
      signal,
    );
    if (options.json) printJson(listed);
    else printFiles(listed);
    return EXIT.done;
  });
}

/** The JSON document of `list-files`. */
interface ListedFiles {
  readonly venue: Venue;
  readonly files: readonly {
    readonly name: string;
    readonly date: string;
    readonly kind: SourceFile["kind"];
  }[];
  /** Listed names of no known form. */
  readonly skipped: readonly string[];
}

/** What the exchange lists for a venue, oldest first; if a date is given, only for that date. */
export async function listFiles(
  source: Services,
  date: string | undefined,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<ListedFiles> {
  const { files, skipped } = await listAll(source, exchange, signal);
  const chosen = files.filter((file) => date === undefined || file.date === date);
  return {
    venue: source.venue,
    files: chosen.map(({ name, date, kind }) => ({ name, date, kind })),
    skipped,
  };
}

function printFiles({ venue, files }: ListedFiles): void {
  for (const { name } of files) printLine(name);
  if (files.length === 0) log.info(`The exchange lists no matching files of ${venue}`);
}
