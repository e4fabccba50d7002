import { inventoryOf } from "../collect/inventory.ts";
import { type DayDefects, defectsOf, isWhole } from "../collect/status.ts";
import { counted } from "../collect/tell.ts";
import type { Venue } from "../feed/venue.ts";
import { storedDates } from "../store/dates.ts";
import type { Layout } from "../store/layout.ts";
import { readPending } from "../store/pending.ts";
import { rejectedOfDate } from "../collect/rejected.ts";
import { Spool } from "../store/spool.ts";

/** A venue's line of the JSON document of `check-partial`. */
export interface VenueDefects {
  readonly venue: Venue;
  /** How many dates were looked at. */
  readonly dates: number;
  /** Only those with a defect. */
  readonly days: readonly DayDefects[];
}

/** The dates of a venue that are incomplete or hold undecodable files, by what is on disk; asks nobody. */
export async function checkPartial(venue: Venue, layout: Layout): Promise<VenueDefects> {
  const spool = new Spool(layout, venue);
  const record = readPending(layout.pendingRecord(venue));
  const dates = storedDates(layout, venue);
  const days: DayDefects[] = [];
  for (const date of dates) {
    const day = await inventoryOf(layout, venue, date);
    days.push(defectsOf(day, (await rejectedOfDate(spool, date)).told, record));
  }
  return { venue, dates: dates.length, days: days.filter((day) => !isWhole(day)) };
}

export function printDefects({ venue, dates, days }: VenueDefects): void {
  console.log(`${venue}: ${counted(dates, "date")} looked at, ${counted(days.length, "date")} with a defect`);
  for (const day of days) for (const line of describe(day)) console.log(`${day.date}  ${line}`);
}

function describe({ gaps, pending, undecoded, withBadLines, rejected, damage }: DayDefects): string[] {
  return [
    ...(damage === null ? [] : [damage]),
    ...gaps.map(({ from, to, minutes }) => `gap of ${counted(minutes, "minute")}, ${from} to ${to} UTC`),
    ...pending.map((name) => `pending: ${name}`),
    ...undecoded.map((path) => `kept, not in Parquet: ${path}`),
    ...withBadLines.map((key) => `with bad lines: ${key}`),
    ...rejected.map((name) => `rejected, neither gzip nor whole NDJSON: ${name}`),
  ];
}
