import type { Exchange } from "../../feed/http/client.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { readPending } from "../../store/state/pending_record.ts";
import { Spool } from "../../store/spool/spool.ts";
import { type Collected, TRADES_COLLECTED } from "../collected.ts";
import { Inventory } from "../inventory.ts";
import { listAll } from "../list_all.ts";
import { rejectedNames } from "../rejected.ts";
import { absentOf, overdueFiles } from "./absent.ts";
import { type DayStatus, statusOf } from "./day_status.ts";

/** What the exchange lists of a venue compared with what is stored, with one line per date. */
export interface VenueStatus {
  readonly venue: Venue;
  readonly days: readonly DayStatus[];
}

/** Compares what the exchange lists of a venue at `now` with what is stored. Locks nothing and creates nothing. */
export async function checkStatus(
  venue: Venue,
  exchange: Exchange,
  layout: Layout,
  now: number,
  signal: AbortSignal,
  collected: Collected = TRADES_COLLECTED,
): Promise<VenueStatus> {
  const services = collected.services(venue);
  const { files } = await listAll({ venue, services }, exchange, signal);
  const inventory = new Inventory(layout, venue, collected);
  const record = readPending(layout.pendingRecord(venue));
  const overdue = overdueFiles(venue, files, now, services);
  const days = await inventory.days([...files, ...overdue].map(({ date }) => date));
  const { all } = await rejectedNames(new Spool(layout, venue, services), inventory);
  const known = new Set([...record.keys(), ...all, ...files.map(({ name }) => name)]);
  const absent = absentOf(overdue, days, known);
  const others = collected.storedDates(layout, venue).filter((date) => !days.has(date));
  const earlier = await Array.fromAsync(others, (date) => statusOfUnlisted(layout, venue, date, collected));
  const inOrder = [...statusOf(files, days, record, absent), ...earlier]
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  return { venue, days: inOrder };
}

/**
 * The line of a date without listed files. Its inventory is dropped at once, since there may be thousands of such
 * dates.
 */
async function statusOfUnlisted(
  layout: Layout,
  venue: Venue,
  date: string,
  collected: Collected,
): Promise<DayStatus> {
  const days = new Map([[date, await new Inventory(layout, venue, collected).of(date)]]);
  return statusOf([], days, new Map(), [])[0];
}
