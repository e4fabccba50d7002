import { fetchVenue } from "../../collect/fetch_venue.ts";
import { LOCK_PATIENCE_MILLIS } from "../../collect/maintain/under_lock.ts";
import { runQuotesCycle } from "../../collect/quotes/quotes_cycle.ts";
import type { VenueResult } from "../../collect/report.ts";
import { conclude } from "../conclude.ts";
import type { DaemonOptions } from "../grammar/fetch_options.ts";
import { wireQuotes } from "../quotes_wiring.ts";
import { allOf } from "../run_command.ts";
import { VERSION } from "../version.ts";
import { type Job, LAST_OF_QUOTES } from "./cycle_thread.ts";
import type { QuoteOrder } from "./daemon_work.ts";

/** One cycle of a daemon's quotes; only its last one for now leaves no hour to be published later. */
export async function quotesCycleOf(
  { sources, filter, keepRawDays }: QuoteOrder,
  job: Job,
  options: DaemonOptions,
  onProgress: () => void,
  stop: AbortSignal,
): Promise<VenueResult[]> {
  const mayWait = job !== LAST_OF_QUOTES;
  const tools = { ...wireQuotes({ ...options, filter, keepRawDays }, null, onProgress), mayWait };
  return await allOf(sources.map((source) =>
    fetchVenue(source.venue, tools, {
      patienceMillis: LOCK_PATIENCE_MILLIS,
      version: VERSION,
      conclude,
      cycle: () => runQuotesCycle(source, tools, stop),
      noun: "quote",
    }, stop)
  ));
}
