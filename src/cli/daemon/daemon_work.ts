import type { QuoteFilter } from "../../feed/quote_filter.ts";
import type { QuoteSource } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";

/** What a daemon collects: trades, quotes, or both. */
export interface DaemonWork {
  /** The venues whose trades it collects. */
  readonly venues: readonly Venue[];
  readonly quotes: QuoteOrder | null;
}

/** Which quotes are collected. */
export interface QuoteOrder {
  readonly sources: readonly QuoteSource[];
  readonly filter: QuoteFilter;
  /** The raw files of this many dates stay. */
  readonly keepRawDays: number;
}

/** The daemon as the log calls it: `DETR, DFRA and quotes of DGAT`. */
export function nameOf({ venues, quotes }: DaemonWork): string {
  const ofQuotes = quotes === null
    ? []
    : [`quotes of ${quotes.sources.map(({ venue }) => venue).join(", ")}`];
  return [...(venues.length === 0 ? [] : [venues.join(", ")]), ...ofQuotes].join(" and ");
}
