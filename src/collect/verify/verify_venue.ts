import { basename } from "node:path";
import type { Exchange } from "../../feed/http/client.ts";
import { ExchangeUnavailable } from "../../feed/http/exchange_unavailable.ts";
import type { SourceFile } from "../../feed/file_names.ts";
import type { Venue } from "../../feed/venue.ts";
import { readAccepted } from "../../store/state/accepted_record.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../store/datasets.ts";
import { periodsOf, storedDates } from "../../store/periods.ts";
import { type KeptFiles, keptFiles } from "../../store/kept_files.ts";
import { Spool } from "../../store/spool/spool.ts";
import type { Tools } from "../cycle.ts";
import { byDate, type Issue, issue } from "./issues.ts";
import { namesHeldBack } from "../monitor/held_back.ts";
import { readVenueState } from "../monitor/venue_state.ts";
import { Pace } from "../pace.ts";
import { strayFiles } from "../monitor/stray_files.ts";
import { verifyDaily } from "./verify_daily.ts";
import { type VerifiedDay, verifyDay } from "./verify_day.ts";
import { type VerifiedMonth, verifyMonth } from "./verify_month.ts";

/** What a verification needs. */
export type VerifyTools = Pick<Tools, "exchange" | "layout" | "clock">;

/** The result of reading back what is stored of a venue. */
export interface Verification {
  readonly venue: Venue;
  readonly dates: number;
  readonly partitions: number;
  readonly trades: number;
  readonly rawFiles: number;
  /** Daily files of the exchange that were compared. */
  readonly dailyFiles: number;
  readonly monthFiles: number;
  /** Kept files of all dates. */
  readonly kept: KeptFiles;
  /** Sorted by date. */
  readonly issues: readonly Issue[];
}

/**
 * Reads back what is stored of a venue on the dates and months that `isChosen` picks, one row group at a time. Locks
 * nothing and writes nothing, except for the quota's record when a daily file is requested from the exchange. Throws
 * the disk's errors and the signal's reason.
 */
export async function verifyVenue(
  venue: Venue,
  isChosen: (dateOrMonth: string) => boolean,
  tools: VerifyTools,
  signal: AbortSignal,
): Promise<Verification> {
  const { layout, clock } = tools;
  const spool = new Spool(layout, venue);
  const pace = new Pace(clock, signal);
  const heldBack = namesHeldBack(readVenueState(layout, venue), clock.now());
  const accepted = heldBack.union(readAccepted(layout.acceptedRecord(venue)));
  const days: DaySummary[] = [];
  for (const date of storedDates(spool.layout, spool.venue).filter(isChosen)) {
    days.push(summaryOf(await verifyDay(layout, venue, date, pace, accepted)));
  }
  const dailies = await compareDailies(days, spool, pace, tools, signal);
  const months: Pick<VerifiedMonth, "issues">[] = [];
  let monthFiles = 0;
  for (const month of periodsOf(layout, TRADES_BY_MONTH, venue).filter(isChosen)) {
    const { stored, issues } = await verifyMonth(layout, venue, month, pace);
    if (stored !== null) monthFiles++;
    months.push({ issues });
  }
  const strays = strayFiles(layout, venue).filter(({ date }) => isChosen(date))
    .map(({ date, path, what, remedy }) => issue("stray file", date, path, what, remedy));
  const issues = [...[...days, ...months].flatMap(({ issues }) => issues), ...dailies.issues, ...strays];
  return {
    venue,
    dates: days.length,
    partitions: days.filter(({ rows }) => rows !== null).length,
    trades: days.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    rawFiles: days.reduce((sum, { rawFiles }) => sum + rawFiles, 0),
    dailyFiles: dailies.compared,
    monthFiles,
    kept: keptFiles(layout, venue),
    issues: byDate(issues),
  };
}

/** What is kept of a verified date. Its ledger is not: those of 2,500 dates would take half a gigabyte. */
interface DaySummary extends Pick<VerifiedDay, "date" | "rawFiles" | "issues"> {
  /** Null when no partition can be read. */
  readonly rows: number | null;
}

function summaryOf({ date, partition, rawFiles, issues }: VerifiedDay): DaySummary {
  return { date, rows: partition?.rows ?? null, rawFiles, issues };
}

/**
 * Compares the listed daily files of dates whose partitions can be read, except files that are known to be left out.
 */
async function compareDailies(
  days: readonly DaySummary[],
  spool: Spool,
  pace: Pace,
  { exchange }: VerifyTools,
  signal: AbortSignal,
): Promise<{ compared: number; issues: Issue[] }> {
  const readable = new Set(days.filter(({ rows }) => rows !== null).map(({ date }) => date));
  if (readable.size === 0) return { compared: 0, issues: [] };
  const listed = await listedFiles(exchange, spool.venue, signal);
  if (listed === null) return { compared: 0, issues: [unreachable(spool, days.at(-1)!.date)] };
  const leftOut = leftOutOf(days);
  const issues: Issue[] = [];
  let compared = 0;
  for (const file of listed) {
    if (file.kind !== "daily" || !readable.has(file.date) || leftOut.has(file.name)) continue;
    const found = await verifyDaily(file, { exchange, spool, pace, signal });
    if (!found.some(({ kind }) => kind === "not compared")) compared++;
    issues.push(...found);
  }
  return { compared, issues };
}

/** What the exchange lists; null when it cannot be reached. */
async function listedFiles(
  exchange: Exchange,
  venue: Venue,
  signal: AbortSignal,
): Promise<readonly SourceFile[] | null> {
  try {
    return (await exchange.list(venue, signal)).files;
  } catch (error) {
    if (error instanceof ExchangeUnavailable) return null;
    throw error;
  }
}

function unreachable({ layout, venue }: Spool, date: string): Issue {
  const what = "not compared with the exchange's daily files: it cannot be reached";
  const path = layout.partition(TRADES_BY_DAY, venue, date);
  return issue("not compared", date, path, what, "verify again later");
}

/** The daily files that, according to the ledger, are not stored completely. */
function leftOutOf(days: readonly DaySummary[]): Set<string> {
  const known = days.flatMap(({ issues }) => issues)
    .filter(({ kind }) => kind === "not judged" || kind === "contradiction");
  return new Set(known.map(({ path }) => basename(path)));
}
