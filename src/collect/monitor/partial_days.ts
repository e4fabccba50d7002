import { dateAfter } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { readPending } from "../../store/state/pending_record.ts";
import { Spool } from "../../store/spool/spool.ts";
import { type Collected, TRADES_COLLECTED } from "../collected.ts";
import { type DayInventory, Inventory } from "../inventory.ts";
import { rejectedOfDate } from "../rejected.ts";
import { absentOn, datesBetween, firstTradingDay } from "./absent_days.ts";
import type { VenueState } from "./health.ts";
import { type DayDefects, defectsOf, hasDefect } from "./day_defects.ts";
import { type StrayFile, strayFiles } from "./stray_files.ts";
import { namesHeldBack } from "./held_back.ts";
import { readVenueState } from "./venue_state.ts";

/** The dates of a venue that are not whole. */
export interface VenueDefects {
  readonly venue: Venue;
  /** How many dates were looked at. */
  readonly dates: number;
  /** Only those with issues. */
  readonly days: readonly DayDefects[];
  readonly strays: readonly StrayFile[];
}

/**
 * The dates of a venue that are incomplete or hold files that cannot be decoded, judging by what is on disk; does not
 * ask the exchange. Trading days without any stored data, between the first stored date and the last, are included.
 * What a daemon will publish later, at `now` in milliseconds since 1970, does not count as missing.
 */
export async function checkPartial(
  venue: Venue,
  layout: Layout,
  now: number,
  collected: Collected = TRADES_COLLECTED,
): Promise<VenueDefects> {
  const services = collected.services(venue);
  const spool = new Spool(layout, venue, services);
  const inventory = new Inventory(layout, venue, collected);
  // Each by itself: the ledgers of years would take much memory.
  const dayOf = (date: string) => new Inventory(layout, venue, collected).of(date);
  const record = readPending(layout.pendingRecord(venue));
  const dates = datesBetween(collected.storedDates(layout, venue));
  const state = readVenueState(layout, venue);
  const asked = askedAt(state, dates);
  const heldBack = namesHeldBack(state, now);
  const days: DayDefects[] = [];
  let next: DayInventory | null = null;
  let since: string | null = null;
  for (const date of dates) {
    const day: DayInventory = next?.date === date ? next : await dayOf(date);
    next = await dayOf(dateAfter(date));
    since ??= firstTradingDay(venue, day);
    const rejected = await rejectedOfDate(spool, date, inventory);
    const listed = new Set([...record.keys(), ...rejected.all]);
    const absent = absentOn(day, next, { venue, services, since, asked, listed });
    const defects = defectsOf(day, { record, heldBack, rejected: rejected.unaccepted, absent });
    if (hasDefect(defects)) days.push(defects);
  }
  return { venue, dates: dates.length, days, strays: strayFiles(layout, venue) };
}

/**
 * When the exchange was last asked, in milliseconds since 1970; if that is unknown, the beginning of the newest stored
 * date.
 */
function askedAt(state: VenueState | null, dates: readonly string[]): number {
  return Date.parse(state?.asked ?? dates.at(-1) ?? "");
}
