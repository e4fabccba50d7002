import type { Clock } from "../feed/clock.ts";
import { fileNamed } from "../feed/source_file.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { DamagedPartition } from "../store/damaged_partition.ts";
import { datesBelow } from "../store/dates.ts";
import type { Layout } from "../store/layout.ts";
import {
  areSameDays,
  DamagedMonth,
  type Month,
  type MonthDay,
  readMonth,
  ShrinkingMonth,
  writeMonth,
  type WrittenMonth,
} from "../store/month.ts";
import { readPartition } from "../store/stored_partition.ts";
import { readPending } from "../store/pending.ts";
import { Pace } from "./pace.ts";
import { triedAgain } from "./pending.ts";
import { counted } from "./tell.ts";

/** What a consolidation works with. */
export interface ConsolidationTools {
  readonly layout: Layout;
  readonly clock: Clock;
  readonly isTradingDay: (date: Temporal.PlainDate) => boolean;
  /** What a month file names as its author. */
  readonly createdBy: string;
  /** Called whenever a consolidation gets on. */
  readonly onProgress: () => void;
}

/** What a month lacks before it is whole; nothing of it keeps a month file from being made. */
export interface Lacks {
  /** Whether the month is over, by UTC as the dates of its days are. */
  readonly ended: boolean;
  /** Trading days before today of which nothing is stored. */
  readonly missing: readonly string[];
  /** Files of the month that were listed at the last cycle and are not stored, given up ones apart. */
  readonly awaited: number;
}

/** What is stored of a month. */
export interface MonthState {
  /** `2026-09`. */
  readonly month: string;
  /** The partitions of its days, oldest first. */
  readonly days: readonly MonthDay[];
  /** Its file; null when there is none. */
  readonly stored: Month | null;
  readonly lacks: Lacks;
}

/** What is to be done about a month. */
export type Consolidation =
  /** No day of it is stored. */
  | { readonly kind: "nothing" }
  /** Its file was made from the days as they are. */
  | { readonly kind: "unchanged" }
  /** It lacks more than is put up with. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "consolidate" };

/** What became of a month. */
export type Consolidated =
  | { readonly kind: "nothing" | "unchanged" | "incomplete" } & MonthState
  | { readonly kind: "consolidated" } & MonthState & Pick<WrittenMonth, "duplicates" | "conflicts">
  /** A day or the month is damaged, or the month would lose trades. */
  | { readonly kind: "refused"; readonly month: string; readonly message: string };

/** Decides what is to be done about a month; `putUpWith` says whether a month is made that lacks this. */
export function planConsolidation(
  { days, stored, lacks }: MonthState,
  putUpWith: (lacks: Lacks) => boolean,
): Consolidation {
  if (days.length === 0) return { kind: "nothing" };
  if (stored !== null && areSameDays(stored.days, days)) return { kind: "unchanged" };
  return { kind: putUpWith(lacks) ? "consolidate" : "incomplete" };
}

/** Whether a month lacks nothing. */
export function isWholeMonth({ ended, missing, awaited }: Lacks): boolean {
  return ended && missing.length === 0 && awaited === 0;
}

/** What a month lacks, in words; empty when nothing. */
export function lacksInWords({ ended, missing, awaited }: Lacks): string {
  return [
    ...ended ? [] : ["it is not over yet"],
    ...missing.length === 0 ? [] : [`nothing is stored of ${missing.join(", ")}`],
    ...awaited === 0 ? [] : [`${counted(awaited, "listed file")} not stored yet`],
  ].join("; ");
}

/** The last month that has ended at `now`. */
export function lastEndedMonth(now: number): string {
  return monthAt(now).subtract({ months: 1 }).toString();
}

/** The months of which a day is stored, oldest first. */
export function storedMonths(layout: Layout, venue: Venue): string[] {
  const months = datesBelow(layout.days("trades", venue)).map((date) => date.slice(0, 7));
  return [...new Set(months)];
}

export function hasEnded(month: string, now: number): boolean {
  return Temporal.PlainYearMonth.compare(month, monthAt(now)) < 0;
}

/**
 * Makes the month files of a venue for which there is something to do, one after the other, and says so. A month that
 * is refused does not keep the others from being made. The caller holds the venue's write lock.
 * Throws what the disk throws, and the signal's reason; then the month under way is what it was.
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

/**
 * Consolidates every month of a venue that has ended, of which nothing is awaited any more, and whose days are not
 * those that its file was made from. Days that were never stored will never be: they are no reason to wait.
 * For the daemon, once a day; throws as `consolidate`, and the caller holds the venue's write lock.
 */
export async function consolidateEndedMonths(
  venue: Venue,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated[]> {
  const now = tools.clock.now();
  const months = storedMonths(tools.layout, venue).filter((month) => hasEnded(month, now));
  return await consolidate(venue, months, ({ ended, awaited }) => ended && awaited === 0, tools, signal);
}

async function consolidateMonth(
  venue: Venue,
  month: string,
  putUpWith: (lacks: Lacks) => boolean,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated> {
  try {
    const state = await stateOf(venue, month, tools, signal);
    const { kind } = planConsolidation(state, putUpWith);
    if (kind !== "consolidate") return { kind, ...state };
    const { rows, days, duplicates, conflicts } = await write(venue, state, tools, signal);
    const done = { ...state, stored: { rows, days }, duplicates, conflicts };
    tellWritten(venue, done);
    return { kind: "consolidated", ...done };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.error(`${venue} ${month} is not consolidated: ${error.message}`);
    return { kind: "refused", month, message: error.message };
  }
}

async function stateOf(
  venue: Venue,
  month: string,
  { layout, clock, isTradingDay, onProgress }: ConsolidationTools,
  signal: AbortSignal,
): Promise<MonthState> {
  const pace = new Pace(clock, signal, onProgress);
  const days: MonthDay[] = [];
  for (const date of datesBelow(layout.days("trades", venue)).filter((date) => date.startsWith(month))) {
    await pace.breathe();
    const partition = await readPartition(layout.partition(venue, date));
    if (partition !== null) days.push({ date, rows: partition.rows, digest: partition.digest });
  }
  const now = clock.now();
  const dates = new Set(days.map(({ date }) => date));
  const pending = [...triedAgain(readPending(layout.pendingRecord(venue))).keys()];
  return {
    month,
    days,
    stored: await readMonth(layout.monthFile(venue, month)),
    lacks: {
      ended: hasEnded(month, now),
      missing: tradingDays(month, now, isTradingDay).filter((date) => !dates.has(date)),
      awaited: pending.filter((name) => fileNamed(name)?.date.startsWith(month)).length,
    },
  };
}

function write(
  venue: Venue,
  { month, days }: MonthState,
  { layout, clock, createdBy, onProgress }: ConsolidationTools,
  signal: AbortSignal,
): Promise<WrittenMonth> {
  const pace = new Pace(clock, signal, onProgress);
  log.info(`Consolidating ${month} of ${venue} from ${counted(days.length, "day")}`);
  const files = days.map(({ date }) => ({ date, path: layout.partition(venue, date) }));
  return writeMonth(layout.monthFile(venue, month), files, { createdBy, breathe: () => pace.breathe() });
}

function tellWritten(
  venue: Venue,
  { month, stored, lacks, duplicates, conflicts }:
    & MonthState
    & Pick<WrittenMonth, "duplicates" | "conflicts">,
): void {
  const { rows, days } = stored!;
  log.info(`Consolidated ${month} of ${venue}: ${counted(rows, "trade")} of ${counted(days.length, "day")}`);
  if (!isWholeMonth(lacks)) log.warning(`${venue} ${month} is not whole: ${lacksInWords(lacks)}`);
  if (duplicates === 0) return;
  log.warning(
    `${venue} ${month}: ${counted(duplicates, "trade")} left out, which an earlier day has as well; ` +
      `${conflicts} of them differ from it elsewhere`,
  );
}

function isRefusal(error: unknown): error is Error {
  return [DamagedPartition, DamagedMonth, ShrinkingMonth].some((kind) => error instanceof kind);
}

/** The trading days of a month that are over at `now`, by UTC. */
function tradingDays(month: string, now: number, isTradingDay: ConsolidationTools["isTradingDay"]): string[] {
  const today = dateAt(now);
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  return Array.from({ length: first.daysInMonth }, (_, days) => first.add({ days }))
    .filter((date) => Temporal.PlainDate.compare(date, today) < 0 && isTradingDay(date))
    .map(String);
}

function monthAt(now: number): Temporal.PlainYearMonth {
  return dateAt(now).toPlainYearMonth();
}

function dateAt(now: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO("UTC").toPlainDate();
}
