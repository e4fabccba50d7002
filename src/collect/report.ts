import type { Listing } from "../feed/listing.ts";
import type { Service } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import type { PendingRecord } from "../store/state/pending_record.ts";
import type { Outcome } from "./download.ts";
import { addedBy, damagedDates, type Finding, isLoss } from "./findings.ts";
import { triedAgain } from "./pending.ts";
import { newestMinute } from "./monitor/freshness.ts";
import { type DayStatus, statusOf } from "./monitor/day_status.ts";
import type { Volume } from "./monitor/quiet_days.ts";
import { oddNames } from "./odd_names.ts";
import type { HeldBack } from "./publish/hold_back.ts";
import type { Remaining } from "./remaining.ts";

/** What one cycle of a venue did. */
export interface CycleReport {
  readonly venue: Venue;
  /** Files that the exchange lists; null when it has no listing for the venue. */
  readonly listed: number | null;
  /** Listed names that were not requested, since they cannot be trade files of this venue. */
  readonly skipped: readonly string[];
  /** Listed names of no known form that contain the service and a date: the exchange may have renamed its files. */
  readonly odd: readonly string[];
  /** Files downloaded, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** New rows in the partitions. */
  readonly trades: number;
  /** The names that were listed and are not stored, with the reasons. */
  readonly pending: PendingRecord;
  /** The names that were given up in this cycle, or are no longer listed and were never stored. */
  readonly lost: readonly string[];
  /** The names for which only bytes arrived that are not a file of the exchange, and that the user has not accepted. */
  readonly rejected: readonly string[];
  readonly findings: readonly Finding[];
  /** The daily files that contradict the minute files, found in this or an earlier cycle and not accepted. */
  readonly contradictions: readonly string[];
  /** When the listing was requested, in milliseconds since 1970. */
  readonly asked: number;
  /** The dates that were listed, pending or due, as they are now. */
  readonly days: readonly DayStatus[];
  /** How much was traded on the last trading day; null when this cycle did not check it. */
  readonly volume: Volume | null;
  /** What is in the spool for a later cycle to publish; null when there is nothing. */
  readonly heldBack: HeldBack | null;
  /** The newest minute file of these dates that is stored or held back, in milliseconds since 1970. */
  readonly newestMinute: number | null;
}

/** What a cycle did, without what remains to be done. */
export interface Done extends Pick<CycleReport, "findings" | "heldBack" | "contradictions" | "volume"> {
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** The report of a cycle whose listing was requested at `asked`, in milliseconds since 1970. */
export function reportOf(
  venue: Venue,
  listing: Listing,
  asked: number,
  { days, absent, ...notStored }: Remaining,
  { outcomes, ...done }: Done,
  services?: readonly Service[],
): CycleReport {
  const kept = [...outcomes.values()].filter((outcome) => outcome.kind === "kept");
  return {
    venue,
    listed: listing.absent ? null : listing.files.length,
    skipped: listing.skipped,
    odd: oddNames(listing, venue, services),
    files: kept.length,
    bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
    trades: addedBy(done.findings),
    ...notStored,
    ...done,
    asked,
    days: statusOf(listing.files, days, notStored.pending, absent, damagedDates(done.findings)),
    newestMinute: newestMinute(days.values(), new Set(done.heldBack?.names)),
  };
}

/**
 * Whether everything that the exchange lists and has sent is stored and understood. A contradiction from an earlier
 * cycle was reported then, and stays in the venue's state.
 */
export function isComplete({ odd, pending, lost, rejected, findings }: CycleReport): boolean {
  const isStored = triedAgain(pending).size === 0 && lost.length === 0 && rejected.length === 0;
  return isStored && odd.length === 0 && !findings.some(isLoss);
}

/** How the fetch of a venue ended. */
export interface VenueResult {
  readonly venue: Venue;
  readonly exitCode: number;
  readonly report: CycleReport | null;
  readonly error: string | null;
  /** When it began and ended, in milliseconds since 1970, both derived from the clock at its end. */
  readonly start: number;
  readonly end: number;
}
