import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import { isMinuteFile, type MinuteFile } from "../../feed/file_names.ts";
import type { QuoteSource } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { readPending } from "../../store/state/pending_record.ts";
import { Inventory } from "../inventory.ts";
import { listAll } from "../list_all.ts";
import { lostNames } from "../pending.ts";
import { bytesOf } from "./announce_plan.ts";
import { quotesCollected } from "./quotes_collected.ts";
import type { QuoteTools } from "./quotes_cycle.ts";
import { planQuotes } from "./hour_plan.ts";

/** What a fetch of a venue's quotes would download, with one line per trading day; the JSON document of `--no-store`. */
export interface QuotesPreview {
  readonly venue: Venue;
  readonly services: readonly string[];
  /** The minute files that the exchange lists; null when it has no listing. */
  readonly listed: number | null;
  /** Files in the spool that are not in Parquet. */
  readonly waiting: number;
  readonly days: readonly QuoteDay[];
  /** Files that the exchange will have deleted before their turn comes. */
  readonly tooLate: number;
  /** How long the downloads take under the quota. */
  readonly estimatedSeconds: number;
}

/** What would be downloaded of a trading day. */
export interface QuoteDay {
  readonly date: string;
  readonly files: number;
  /** About how many bytes they have, packed. */
  readonly estimatedBytes: number;
  readonly estimatedSeconds: number;
}

/** What a fetch of a venue's quotes would download now; writes nothing and locks nothing. Throws as `listAll`. */
export async function previewQuotes(
  source: QuoteSource,
  tools: QuoteTools,
  signal: AbortSignal,
): Promise<QuotesPreview> {
  const { venue, services } = source;
  log.info(`Checking missing quotes for ${venue}`);
  const { files, absent } = await listAll(source, tools.exchange, signal);
  const minutes = files.filter(isMinuteFile);
  const inventory = new Inventory(tools.layout, venue, quotesCollected(services));
  const { hours, tooLate } = planQuotes({
    listed: minutes,
    seen: await inventory.seen(minutes),
    givenUp: lostNames(readPending(tools.layout.pendingRecord(venue))),
    now: tools.clock.now(),
    quota: tools.quota,
  });
  const days = await inventory.days(minutes.map(({ date }) => date));
  const planned = hours.flatMap(({ files }) => files);
  return {
    venue,
    services,
    listed: absent ? null : minutes.length,
    waiting: days.values().reduce((sum, { waiting }) => sum + waiting.length, 0),
    days: [...Map.groupBy(planned, tradingDayOf)].map(([date, files]) => dayOf(date, files, tools)),
    tooLate: tooLate.length,
    estimatedSeconds: tools.secondsFor(planned.length),
  };
}

function dayOf(date: string, files: readonly MinuteFile[], { secondsFor }: QuoteTools): QuoteDay {
  return {
    date,
    files: files.length,
    estimatedBytes: bytesOf(files),
    estimatedSeconds: secondsFor(files.length),
  };
}
