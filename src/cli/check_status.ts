import { type DayInventory, inventoryOf } from "../collect/inventory.ts";
import { type DayStatus, statusOf } from "../collect/status.ts";
import type { Exchange } from "../feed/client.ts";
import type { Venue } from "../feed/venue.ts";
import { storedDates } from "../store/dates.ts";
import type { Layout } from "../store/layout.ts";
import { readPending } from "../store/pending.ts";
import { printTable } from "./output.ts";

/** A venue's line of the JSON document of `check-status`. */
export interface VenueStatus {
  readonly venue: Venue;
  readonly days: readonly DayStatus[];
}

/** What the exchange lists of a venue against what is stored; locks nothing, creates nothing. */
export async function checkStatus(
  venue: Venue,
  exchange: Exchange,
  layout: Layout,
  signal: AbortSignal,
): Promise<VenueStatus> {
  const { files } = await exchange.list(venue, signal);
  const dates = new Set([...files.map(({ date }) => date), ...storedDates(layout, venue)]);
  const days = new Map<string, DayInventory>();
  for (const date of dates) days.set(date, await inventoryOf(layout, venue, date));
  return { venue, days: statusOf(files, days, readPending(layout.pendingRecord(venue))) };
}

export function printStatus({ venue, days }: VenueStatus): void {
  console.log(`${venue}: listed by the exchange against stored`);
  printDays(days);
}

/** A line a date. */
export function printDays(days: readonly DayStatus[]): void {
  printTable(
    ["date", "listed", "stored", "waiting", "pending", "lost", "trades", ""],
    days.map((day) => [
      day.date,
      day.listed,
      day.stored,
      day.waiting,
      day.pending,
      day.lost,
      day.trades,
      day.damaged ? "damaged" : "",
    ]),
  );
}
