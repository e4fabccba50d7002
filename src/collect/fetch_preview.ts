import { tradingDayOf } from "../feed/calendar/trading_day.ts";
import type { SourceFile } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { readPending } from "../store/state/pending_record.ts";
import type { Tools } from "./cycle.ts";
import { Inventory, seenNames } from "./inventory.ts";
import { lostNames } from "./pending.ts";
import { ODD_PER_CYCLE, planDownloads } from "./download_plan.ts";

/** What a preview is made from. */
export interface PreviewTools extends Pick<Tools, "exchange" | "layout" | "reconcile"> {
  /** Estimates how long this many downloads take under the quota. */
  readonly secondsFor: (downloads: number) => number;
}

/** What a fetch of a venue would download, with one entry for each trading day; the JSON document of `--no-store`. */
export interface FetchPreview {
  readonly venue: Venue;
  /** Files that the exchange lists; null when it has no listing for the venue. */
  readonly listed: number | null;
  /** Files of the listed dates that are in the spool but not in Parquet. */
  readonly waiting: number;
  readonly days: readonly {
    readonly date: string;
    readonly minuteFiles: number;
    readonly dailyFiles: number;
    /** Files of names of no known form. */
    readonly oddFiles: number;
  }[];
  /** How long the downloads would take under the quota. */
  readonly estimatedSeconds: number;
}

/** What a fetch of a venue would download now. Writes nothing and locks nothing. */
export async function previewFetch(
  venue: Venue,
  tools: PreviewTools,
  signal: AbortSignal,
): Promise<FetchPreview> {
  log.info(`Checking missing dates for ${venue}`);
  const { files, absent } = await tools.exchange.list(venue, signal);
  const days = await new Inventory(tools.layout, venue).days(files.map(({ date }) => date));
  const plan = planDownloads({
    listed: files,
    seen: seenNames(files, days),
    givenUp: lostNames(readPending(tools.layout.pendingRecord(venue))),
    reconcile: tools.reconcile,
    oddLeft: ODD_PER_CYCLE,
  });
  return {
    venue,
    listed: absent ? null : files.length,
    waiting: days.values().reduce((sum, { waiting }) => sum + waiting.length, 0),
    days: [...Map.groupBy(plan, tradingDayOf).values()].map(summaryOf),
    estimatedSeconds: tools.secondsFor(plan.length),
  };
}

function summaryOf(files: readonly SourceFile[]): FetchPreview["days"][number] {
  const count = (wanted: SourceFile["kind"]) => files.filter(({ kind }) => kind === wanted).length;
  return {
    date: tradingDayOf(files[0]),
    minuteFiles: count("minute"),
    dailyFiles: count("daily"),
    oddFiles: count("odd"),
  };
}
