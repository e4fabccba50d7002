import { dateOfHour } from "../../feed/calendar/dates.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import type { Service } from "../../feed/file_names.ts";
import { quoteServices } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import { periodsOf } from "../../store/periods.ts";
import type { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import { type Collected, type Footer, readFooter } from "../collected.ts";
import { Inventory } from "../inventory.ts";

/** Quotes of these services of a venue (default: all services), with a partition for each hour. */
export function quotesCollected(services?: readonly Service[]): Collected {
  const of = (venue: Venue) => services ?? quoteServices(venue);
  return {
    noun: "quote",
    services: of,
    readFooter: readHours,
    storedDates: (layout, venue) => datesOf(layout, venue, of(venue)),
  };
}

/**
 * The footers of a date's hours as if they were one: no two hours name the same file. They are read in turn, since dates
 * are read side by side: a process may have few files open.
 */
async function readHours(layout: Layout, venue: Venue, date: string): Promise<Footer> {
  const footers: Footer[] = [];
  for (const hour of periodsOf(layout, QUOTES_BY_HOUR, venue, date)) {
    footers.push(await readFooter(layout.partition(QUOTES_BY_HOUR, venue, hour), QUOTES));
  }
  return {
    rows: footers.reduce((sum, { rows }) => sum + rows, 0),
    ledger: new Map(footers.flatMap(({ ledger }) => [...ledger])),
    damage: footers.find(({ damage }) => damage !== null)?.damage ?? null,
  };
}

function datesOf(layout: Layout, venue: Venue, services: readonly Service[]): string[] {
  const spool = new Spool(layout, venue, services);
  const raw = spool.dates().filter((date) => spool.files(date).length > 0);
  const stored = periodsOf(layout, QUOTES_BY_HOUR, venue).map(dateOfHour);
  return [...new Set([...stored, ...raw])].sort();
}

/** What is on disk of the quotes that a spool is for. */
export function quotesInventory({ layout, venue, services }: Spool): Inventory {
  return new Inventory(layout, venue, quotesCollected(services));
}
