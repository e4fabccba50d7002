import { counted } from "../../collect/counted.ts";
import { underLock } from "../../collect/maintain/under_lock.ts";
import { DayFiles } from "../../derive/days/day_files.ts";
import { type RefreshedMonth, refreshMonth } from "../../derive/days/refresh_month.ts";
import { PartitionIndex } from "../../derive/partition_index.ts";
import { type DeriveTools, type RefreshedDay, refreshMinutes } from "../../derive/refresh_minutes.ts";
import { monthOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DamagedPartition } from "../../store/damage.ts";
import { TRADES_BY_DAY } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import { combinedExitCode, EXIT } from "../exit.ts";
import { answer } from "../run_command.ts";
import { printLine, printTable } from "../terminal/output.ts";
import { type Choices, type Collaborators, wire } from "../wiring.ts";
import { chosenDays, type DayOptions } from "./chosen_days.ts";
import { nothingStored } from "./nothing_stored.ts";
import { NONE_OF_DAYS } from "./print_venues.ts";

/** Lengths of bars that are stored. */
export type StoredInterval = "1m" | "1d";

/** A day or a month without bars, because one of its partitions is damaged. */
interface Refused {
  readonly kind: "refused";
  readonly message: string;
}

interface VenueBars {
  readonly venue: Venue;
  readonly minutes: readonly (RefreshedDay | Refused)[];
  readonly days: readonly (RefreshedMonth | Refused)[];
}

/**
 * Updates the stored bars of the chosen days, by default of all, of these lengths. Bars of a day are updated for the whole
 * month and for the months before it, because a month begins with their closes. Returns the exit code.
 */
export function refreshBars(
  venues: readonly Venue[],
  options: DayOptions & Choices,
  intervals: readonly StoredInterval[],
  signal: AbortSignal,
): Promise<number> {
  const tools = wire(options);
  const ask = (venue: Venue) => refreshVenue(venue, options, intervals, tools, signal);
  return answer(venues, {}, ask, printVenue, codeOf);
}

async function refreshVenue(
  venue: Venue,
  options: DayOptions,
  intervals: readonly StoredInterval[],
  tools: Collaborators,
  signal: AbortSignal,
): Promise<VenueBars> {
  const bars = await underLock(venue, tools, signal, async ({ pace: { breathe } }) => {
    const index = new PartitionIndex(tools.layout, venue, breathe);
    const dates = await chosenDays(index, isChosen(options) ? options : { all: true });
    const derive = { ...tools, breathe };
    const minutes = intervals.includes("1m") ? await refreshDays(index, dates, derive) : [];
    const files = new DayFiles(index, tools.clock.now());
    const days = intervals.includes("1d") ? await refreshMonths(files, dates, derive) : [];
    return { venue, minutes, days };
  });
  if (bars.minutes.length + bars.days.length === 0) {
    const isEmpty = periodsOf(tools.layout, TRADES_BY_DAY, venue).length === 0;
    log.warning(`${venue}: ${isEmpty ? nothingStored("trades", venue, tools.layout) : NONE_OF_DAYS}`);
  }
  return bars;
}

function isChosen({ date, month, from, to }: DayOptions): boolean {
  return [date, month, from, to].some((option) => option !== undefined);
}

async function refreshDays(
  index: PartitionIndex,
  dates: readonly string[],
  tools: DeriveTools,
): Promise<VenueBars["minutes"]> {
  const done = [];
  for (const date of dates) {
    done.push(await unlessDamaged(`${index.venue} ${date}`, () => refreshMinutes(index, date, tools)));
  }
  return done;
}

async function refreshMonths(
  files: DayFiles,
  dates: readonly string[],
  tools: DeriveTools,
): Promise<VenueBars["days"]> {
  if (dates.length === 0) return [];
  const last = monthOf(dates.at(-1)!);
  const done = [];
  for (const month of (await files.months()).filter((month) => month <= last)) {
    done.push(await unlessDamaged(`${files.index.venue} ${month}`, () => refreshMonth(files, month, tools)));
  }
  return done;
}

async function unlessDamaged<T extends { readonly unmatched: number }>(
  what: string,
  refresh: () => Promise<T>,
): Promise<T | Refused> {
  try {
    const refreshed = await refresh();
    if (refreshed.unmatched > 0) {
      const corrections = counted(refreshed.unmatched, "correction");
      log.warning(`${what}: ${corrections} left out, whose trades are not stored`);
    }
    return refreshed;
  } catch (error) {
    if (!(error instanceof DamagedPartition)) throw error;
    log.error(`${what}: no bars are made: ${error.message}`);
    return { kind: "refused", message: error.message };
  }
}

/** 65 when a partition is damaged, 3 when nothing is stored for a requested day, else 0. */
function codeOf({ minutes, days }: VenueBars): number {
  const all = [...minutes, ...days];
  if (all.length === 0) return EXIT.inPart;
  return combinedExitCode(all.map(({ kind }) => {
    if (kind === "refused") return EXIT.damagedData;
    return kind === "nothing" ? EXIT.inPart : EXIT.done;
  }));
}

function printVenue({ venue, minutes, days }: VenueBars): void {
  const rowsOfDays = minutes.flatMap((day) => day.kind === "refused" ? [] : [[day.date, day.bars, day.kind]]);
  const rowsOfMonths = days.flatMap((made) =>
    made.kind === "refused" ? [] : [[made.month, made.bars, made.kind]]
  );
  printMade(`${venue}: bars of a minute`, "date", rowsOfDays);
  printMade(`${venue}: bars of a day`, "month", rowsOfMonths);
}

/** Years of days that have not changed are a number, not lines. */
function printMade(title: string, period: string, rows: readonly (string | number)[][]): void {
  if (rows.length === 0) return;
  const changed = rows.filter(([, , kind]) => kind !== "unchanged");
  const unchanged = rows.length - changed.length;
  printLine(unchanged === 0 ? title : `${title}, ${counted(unchanged, period)} unchanged`);
  if (changed.length > 0) printTable([period, "bars", ""], changed);
}
