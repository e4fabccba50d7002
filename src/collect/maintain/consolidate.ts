import { TRADES } from "../../feed/records/trades.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { workshopOf } from "../../store/aside.ts";
import { DamagedMonth, DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_MONTH } from "../../store/datasets.ts";
import { dayFiles, ShrinkingMonth, writeMonth, type WrittenMonth } from "../../store/month/month.ts";
import { areSameDays } from "../../store/month/stored_month.ts";
import {
  hasEnded,
  isWholeMonth,
  type Lacks,
  lacksInWords,
  type MonthState,
  type MonthTools,
  stateOfMonth,
  storedMonths,
} from "./month_state.ts";
import { isYoungerThanDays } from "./month_age.ts";
import { Pace } from "../pace.ts";
import type { LockTools } from "./under_lock.ts";
import { counted } from "../counted.ts";

/** What a consolidation needs. */
export type ConsolidationTools = MonthTools & LockTools;

/** What to do about a month. */
export type Consolidation =
  /** No day of it is stored. */
  | { readonly kind: "nothing" }
  /** Its file was made from the days as they are now. */
  | { readonly kind: "unchanged" }
  /** It lacks more than is accepted. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "consolidate" };

/** What happened to a month. */
export type Consolidated =
  | { readonly kind: "nothing" | "unchanged" | "incomplete" } & MonthState
  | { readonly kind: "consolidated" } & MonthState & Pick<WrittenMonth, "duplicates" | "conflicts">
  /** A day or the month is damaged, or the month would lose trades. */
  | { readonly kind: "refused"; readonly month: string; readonly message: string };

/** Decides what to do about a month; `putUpWith` says whether a month that lacks this much is still made. */
export function planConsolidation(
  { days, stored, lacks }: MonthState,
  putUpWith: (lacks: Lacks) => boolean,
): Consolidation {
  if (days.length === 0) return { kind: "nothing" };
  if (stored !== null && areSameDays(stored.days, days)) return { kind: "unchanged" };
  return { kind: putUpWith(lacks) ? "consolidate" : "incomplete" };
}

/**
 * Makes the month files of a venue that need to be made, one after the other, and logs it. If one month is refused, the
 * others are still made. The caller holds the venue's write lock. Throws the disk's errors and the signal's reason;
 * then the current month is as it was.
 */
export async function consolidate(
  venue: Venue,
  months: readonly string[],
  putUpWith: (lacks: Lacks) => boolean,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated[]> {
  const consolidated: Consolidated[] = [];
  for (const month of months) {
    consolidated.push(await consolidateMonth(venue, month, putUpWith, tools, signal));
  }
  return consolidated;
}

/** The last minute of a month is listed a quarter of an hour after the month ends, and then still has to be fetched. */
const SETTLED_MILLIS = 3_600_000;

/**
 * Consolidates every month of a venue that ended at least an hour ago, has no file that is still expected, and whose
 * days have changed since its file was made. Days that were never stored will never come, so they do not delay it. For
 * the daemon, once a day. Throws as `consolidate`; the caller holds the venue's write lock.
 */
export async function consolidateEndedMonths(
  venue: Venue,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated[]> {
  const now = tools.clock.now();
  const ended = storedMonths(tools.layout, venue).filter((month) => hasEnded(month, now - SETTLED_MILLIS));
  const months: string[] = [];
  for (const month of ended) {
    if (!await isYoungerThanDays(venue, month, tools.layout, now)) months.push(month);
  }
  const putUpWith = ({ ended, awaited }: Lacks) => ended && awaited === 0;
  const consolidated = await consolidate(venue, months, putUpWith, tools, signal);
  for (const lacking of consolidated.filter(isMadeOfPart)) log.info(notWhole(venue, lacking));
  return consolidated;
}

/** Whether a month was made although it lacks something. */
export function isMadeOfPart(month: Consolidated): month is Consolidated & MonthState {
  return month.kind === "consolidated" && !isWholeMonth(month.lacks);
}

/** What such a month lacks, in words. */
export function notWhole(venue: Venue, { month, lacks }: MonthState): string {
  return `${venue} ${month} is not whole: ${lacksInWords(lacks)}`;
}

async function consolidateMonth(
  venue: Venue,
  month: string,
  putUpWith: (lacks: Lacks) => boolean,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated> {
  const pace = new Pace(tools.clock, signal, tools.onProgress);
  try {
    const state = await stateOfMonth(venue, month, tools, pace);
    const { kind } = planConsolidation(state, putUpWith);
    if (kind !== "consolidate") return { kind, ...state };
    const { rows, days, duplicates, conflicts } = await write(venue, state, tools, pace);
    const done = { ...state, stored: { rows, days }, duplicates, conflicts };
    logWritten(venue, done);
    return { kind: "consolidated", ...done };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.error(`${venue} ${month} is not consolidated: ${error.message}`);
    return { kind: "refused", month, message: error.message };
  }
}

function write(
  venue: Venue,
  { month, days }: MonthState,
  { layout, createdBy }: ConsolidationTools,
  pace: Pace,
): Promise<WrittenMonth> {
  log.info(`Consolidating ${month} of ${venue} from ${counted(days.length, "day")}`);
  const path = layout.partition(TRADES_BY_MONTH, venue, month);
  return writeMonth(path, dayFiles(layout, venue, month), {
    type: TRADES,
    createdBy,
    breathe: pace.breathe,
    workshop: workshopOf(layout, path),
  });
}

function logWritten(
  venue: Venue,
  { month, stored, duplicates, conflicts }:
    & MonthState
    & Pick<WrittenMonth, "duplicates" | "conflicts">,
): void {
  const { rows, days } = stored!;
  log.info(`Consolidated ${month} of ${venue}: ${counted(rows, "trade")} of ${counted(days.length, "day")}`);
  if (duplicates === 0) return;
  log.warning(
    `${venue} ${month}: ${counted(duplicates, "trade")} left out, which an earlier day has as well; ` +
      `${conflicts} of them differ from it elsewhere`,
  );
}

/** Whether this error means that a month cannot be made from what is stored. */
export function isRefusal(error: unknown): error is Error {
  return [DamagedPartition, DamagedMonth, ShrinkingMonth].some((kind) => error instanceof kind);
}
