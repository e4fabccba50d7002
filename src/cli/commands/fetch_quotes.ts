import { Option } from "@commander-js/extra-typings";
import { counted } from "../../collect/counted.ts";
import { runQuotesCycle } from "../../collect/quotes/quotes_cycle.ts";
import { previewQuotes, type QuotesPreview } from "../../collect/quotes/quotes_preview.ts";
import { megabytes } from "../../collect/quotes/room.ts";
import { summarizeAbsent } from "../../collect/summarize.ts";
import { type QuoteSource, united } from "../../feed/quote_services.ts";
import { log } from "../../log/log.ts";
import { daemonCommand } from "../daemon/daemon_command.ts";
import { API_URL, type CommandLine, examples, isinOption } from "../grammar/command_line.ts";
import { FETCHING, refuseDaemonOptions } from "../grammar/daemon_options.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { filterOf, type FilterOptions } from "../grammar/quote_options.ts";
import { keepDaysOption, quoteSourcesOption } from "../grammar/option_values.ts";
import { type QuoteChoices, wireQuotes } from "../quotes_wiring.ts";
import { answer, run } from "../run_command.ts";
import { printLine, printTable } from "../terminal/output.ts";
import { fetchOnce } from "./fetch_once.ts";
import { mistypedWarnings } from "./missing_isins.ts";

interface FetchQuotesOptions extends GlobalOptions, QuoteChoices, FilterOptions, JsonOption {
  readonly store: boolean;
}

export function addFetchQuotesCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("fetch-quotes")
    .description(
      "Fetch and store quotes, the top of the order book, that the exchange lists and that are not stored yet.",
    )
    .argument(
      "<services...>",
      "venue codes, such as DGAT, or services, such as DEUR-pretradeOthers",
      quoteSourcesOption,
    )
    .addOption(isinOption("store only these"))
    .addOption(
      new Option("--bonds", "store only what is quoted in percent, as --notation 2").conflicts("notation"),
    )
    .addOption(
      new Option("--notation <n>", "store only prices in money (1) or in percent of par (2)")
        .choices(["1", "2"] as const),
    )
    .option("--no-store", "show what would be fetched, with megabytes and minutes; write nothing")
    .addOption(
      new Option("--keep-raw-days <days>", "keep the raw files of this many dates, including today")
        .argParser(keepDaysOption).default(0),
    )
    .addOption(API_URL)
    .addOption(FETCHING.quota)
    .addOption(FETCHING.quotaFile)
    .addOption(FETCHING.marketTimezone)
    .option("--json", "print what was done as JSON")
    .addOption(FETCHING.daemon)
    .addOption(FETCHING.interval)
    .addOption(FETCHING.activeHours)
    .addOption(FETCHING.schedule)
    .addOption(FETCHING.skipNonTradingDays)
    .addOption(FETCHING.pidFile)
    .addHelpText(
      "after",
      examples(
        "fetch-quotes DGAT",
        "fetch-quotes DGAT DFRA --no-store",
        "fetch-quotes DFRA --bonds",
        "fetch-quotes DETR --isin DE0007164600,DE0007236101",
      ),
    )
    .action(async (services, options, fetchQuotes) => {
      if (!options.daemon) refuseDaemonOptions(fetchQuotes);
      const sources = united(services as QuoteSource[]);
      const all = { ...globals(), ...options };
      setExitCode(await (all.daemon ? keepFetching(sources, all) : fetchQuotesCommand(sources, all)));
    });
}

/** A daemon that collects quotes and no trades. */
function keepFetching(
  sources: readonly QuoteSource[],
  options: Omit<DaemonOptions, "reconcile" | "bars"> & FilterOptions & { readonly keepRawDays: number },
): Promise<number> {
  const quotes = { sources, filter: filterOf(options), keepRawDays: options.keepRawDays };
  const asDaemon = { ...options, reconcile: false, bars: false };
  return daemonCommand({ venues: [], quotes }, asDaemon, mistypedWarnings(options.isin));
}

function fetchQuotesCommand(sources: readonly QuoteSource[], options: FetchQuotesOptions): Promise<number> {
  return run(sources.map(({ venue }) => venue), options, async (signal) => {
    for (const warning of mistypedWarnings(options.isin)) log.warning(warning);
    const tools = wireQuotes({ ...options, filter: filterOf(options) });
    if (!options.store) {
      return await answer(sources, options, (source) => previewQuotes(source, tools, signal), printPlan);
    }
    const works = sources.map((source) => ({
      venue: source.venue,
      cycle: () => runQuotesCycle(source, tools, signal),
    }));
    return await fetchOnce(works, "quote", tools, options, signal);
  });
}

function printPlan({ venue, listed, waiting, days, tooLate, estimatedSeconds }: QuotesPreview): void {
  if (listed === null) return summarizeAbsent(venue, "quote");
  if (waiting > 0) {
    log.warning(`${venue}: ${counted(waiting, "file")} in the spool, to be read at the next run`);
  }
  if (tooLate > 0) {
    log.warning(`${venue}: ${counted(tooLate, "file")} will be deleted before they can be fetched`);
  }
  if (days.length === 0) return log.info(`All available quotes already stored for ${venue}`);
  const bytes = days.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
  const minutes = Math.ceil(estimatedSeconds / 60);
  printLine(
    `${venue}: would be fetched, about ${megabytes(bytes)}, in about ${minutes} min under the quota`,
  );
  printTable(
    ["trading day", "files", "MB", "minutes"],
    days.map(({ date, files, estimatedBytes, estimatedSeconds }) => [
      date,
      files,
      Math.ceil(estimatedBytes / 1e6),
      Math.ceil(estimatedSeconds / 60),
    ]),
  );
}
