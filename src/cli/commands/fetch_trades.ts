import { counted } from "../../collect/counted.ts";
import { type FetchPreview, previewFetch } from "../../collect/fetch_preview.ts";
import { summarizeAbsent } from "../../collect/summarize.ts";
import { type QuoteSource, united } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { Layout } from "../../store/layout.ts";
import type { QuoteOrder } from "../daemon/daemon_work.ts";
import { daemonCommand } from "../daemon/daemon_command.ts";
import { jobOfThread } from "../daemon/cycle_thread.ts";
import { API_URL, type CommandLine, examples } from "../grammar/command_line.ts";
import { FETCHING, refuseDaemonOptions } from "../grammar/daemon_options.ts";
import type { DaemonOptions, FetchOptions } from "../grammar/fetch_options.ts";
import type { GlobalOptions } from "../grammar/global_options.ts";
import { filterOf } from "../grammar/quote_options.ts";
import { isinsOption, quotesOption, venuesOption } from "../grammar/option_values.ts";
import { intervalOption } from "../grammar/rhythm_values.ts";
import { judgeLake, type LakeVerdict } from "../objection_to_lake.ts";
import { answer, run } from "../run_command.ts";
import { printLine, printTable } from "../terminal/output.ts";
import { wire } from "../wiring.ts";
import { fetchOnce } from "./fetch_once.ts";
import { mistypedWarnings } from "./missing_isins.ts";

export function addFetchTradesCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("fetch-trades")
    .description("Fetch and store all trades that the exchange lists and that are not stored yet.")
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--no-store", "show what would be fetched; write nothing")
    .option("--no-reconcile", "leave out daily files of days that are complete")
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
    .option(
      "--publish-every <time>",
      "with --daemon: minimum time between two publications of a day (default: 1h)",
      intervalOption,
    )
    .option("--no-bars", "with --daemon: do not keep the stored bars up to date")
    .option(
      "--export <dir>",
      "with --daemon: once a day, export the months that have changed to this lake",
    )
    .addOption(FETCHING.pidFile)
    .option(
      "--quotes <services>",
      "with --daemon: also collect quotes, such as DGAT,DFRA; trades go first",
      quotesOption,
    )
    .option(
      "--quotes-isin <isins>",
      "with --quotes: only quotes of these: ISINs separated by commas, or @FILE with one per line",
      isinsOption,
    )
    .option("--quotes-bonds", "with --quotes: only quotes in percent, those of bonds")
    .addHelpText(
      "after",
      examples(
        "fetch-trades DETR",
        "fetch-trades DETR DFRA --no-store",
        "fetch-trades DEUR --json",
        "--log-file logs/detr.log fetch-trades DETR --daemon --interval 1 --pid-file /tmp/xetra-detr.pid",
      ),
    )
    .action(async (venues, options, fetchTrades) => {
      if (!options.daemon) refuseDaemonOptions(fetchTrades);
      const all: DaemonOptions & FetchOptions = { ...globals(), ...options };
      const { objection, warning } = verdictOnLake(all);
      if (objection !== null) fetchTrades.error(`error: ${objection}`);
      const work = { venues: venues as Venue[], quotes: quotesBeside(options) };
      const warnings = [...warning === null ? [] : [warning], ...mistypedWarnings(options.quotesIsin)];
      setExitCode(
        await (all.daemon ? daemonCommand(work, all, warnings) : fetchTradesCommand(work.venues, all)),
      );
    });
}

/** The lake is judged once, at the daemon's start: later it must not end a cycle's thread. */
function verdictOnLake({ export: lake, wrkDir }: Pick<DaemonOptions, "export" | "wrkDir">): LakeVerdict {
  if (lake === undefined || jobOfThread() !== null) return { objection: null, warning: null };
  return judgeLake(lake, new Layout(wrkDir));
}

/** The options of a daemon that say which quotes it collects beside the trades. */
interface QuotesBeside {
  readonly quotes?: readonly QuoteSource[];
  readonly quotesIsin?: ReadonlySet<string>;
  readonly quotesBonds?: true;
}

function quotesBeside({ quotes, quotesIsin, quotesBonds }: QuotesBeside): QuoteOrder | null {
  if (quotes === undefined) return null;
  return {
    sources: united(quotes),
    filter: filterOf({ isin: quotesIsin, bonds: quotesBonds }),
    keepRawDays: 0,
  };
}

function fetchTradesCommand(
  venues: readonly Venue[],
  options: GlobalOptions & FetchOptions,
): Promise<number> {
  return run(venues, options, async (signal) => {
    const tools = wire(options);
    if (options.store) {
      return await fetchOnce(venues.map((venue) => ({ venue })), "trade", tools, options, signal);
    }
    return await answer(venues, options, (venue) => previewFetch(venue, tools, signal), printPreview);
  });
}

function printPreview({ venue, listed, waiting, days, estimatedSeconds }: FetchPreview): void {
  if (listed === null) return summarizeAbsent(venue, "trade");
  if (waiting > 0) {
    log.warning(`${venue}: ${counted(waiting, "file")} in the spool, to be read at the next run`);
  } else if (days.length === 0) log.info(`All available data already stored for ${venue}`);
  if (days.length === 0) return;
  printLine(`${venue}: would be fetched, in about ${Math.ceil(estimatedSeconds / 60)} min under the quota`);
  printTable(
    ["trading day", "minute files", "daily files", "odd names"],
    days.map((day) => Object.values(day)),
  );
}
