import {
  consolidate,
  type Consolidated,
  type ConsolidationTools,
  hasEnded,
  isWholeMonth,
  lacksInWords,
  lastEndedMonth,
  storedMonths,
} from "../collect/consolidate.ts";
import { counted } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { combinedExitCode, EXIT } from "./exit.ts";
import { underLock } from "./maintenance_lock.ts";
import { printTable } from "./output.ts";
import type { MonthOptions } from "./settings.ts";
import type { Collaborators } from "./wiring.ts";

/** A venue's line of the JSON document of `consolidate-month`. */
export interface VenueMonths {
  readonly venue: Venue;
  readonly exitCode: number;
  readonly months: readonly Consolidated[];
}

/**
 * Makes the month files of a venue that were asked for, under its write lock. Without `yes` a month must be whole.
 * Throws `VenueBusy`, `CannotWrite`, and the signal's reason.
 */
export async function consolidateMonths(
  venue: Venue,
  options: MonthOptions,
  tools: Collaborators & ConsolidationTools,
  signal: AbortSignal,
): Promise<VenueMonths> {
  const putUpWith = options.yes ? () => true : isWholeMonth;
  const work = () => consolidate(venue, monthsOf(venue, options, tools), putUpWith, tools, signal);
  const months = await underLock(venue, tools, signal, work);
  months.forEach((month) => tellUndone(venue, month));
  if (months.length === 0) log.warning(`${venue}: no month that has ended is stored`);
  const codes = months.length === 0 ? [EXIT.inPart] : months.map(exitCodeOfMonth);
  return { venue, exitCode: combinedExitCode(codes), months };
}

/** A line for each month that has a file. */
export function printMonths({ venue, months }: VenueMonths): void {
  const rows = months.flatMap((month) => {
    if (month.kind === "refused" || month.stored === null) return [];
    return [[month.month, month.stored.days.length, month.stored.rows, month.kind]];
  });
  if (rows.length === 0) return;
  console.log(`${venue}: month files`);
  printTable(["month", "days", "trades", ""], rows);
}

/** With `--all` the month that is not over is taken in by `--yes` only: it is never whole. */
function monthsOf(
  venue: Venue,
  { month, all, yes }: MonthOptions,
  { layout, clock }: ConsolidationTools,
): string[] {
  if (!all) return [month ?? lastEndedMonth(clock.now())];
  return storedMonths(layout, venue).filter((month) => yes || hasEnded(month, clock.now()));
}

/** What was written and what was refused has been told. */
function tellUndone(venue: Venue, consolidated: Consolidated): void {
  if (consolidated.kind === "refused") return;
  const { kind, month, days, lacks } = consolidated;
  if (kind === "unchanged") log.info(`${venue} ${month} is already consolidated: no day has changed`);
  if (kind === "nothing") {
    log.warning(`${venue} ${month}: no day is stored, so there is nothing to consolidate`);
  }
  if (kind === "incomplete") {
    const sum = days.reduce((rows, day) => rows + day.rows, 0);
    log.error(
      `${venue} ${month} is not consolidated: ${lacksInWords(lacks)}. With --yes it is made of the ` +
        `${counted(days.length, "day")} and ${counted(sum, "trade")} that are stored`,
    );
  }
}

function exitCodeOfMonth({ kind }: Consolidated): number {
  switch (kind) {
    case "consolidated":
    case "unchanged":
      return EXIT.done;
    case "nothing":
      return EXIT.inPart;
    case "incomplete":
      return EXIT.usage;
    case "refused":
      return EXIT.damagedData;
  }
}
