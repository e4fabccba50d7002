import { QUOTES } from "../../feed/records/quotes.ts";
import type { RecordType } from "../../feed/records/record_type.ts";
import type { Service } from "../../feed/file_names.ts";
import { quoteServices } from "../../feed/quote_services.ts";
import type { Venue } from "../../feed/venue.ts";
import { QUOTES_BY_HOUR, type Tree } from "../../store/datasets.ts";
import { newestPeriods, periodsOf } from "../../store/periods.ts";
import type { Layout } from "../../store/layout.ts";
import { Spool } from "../../store/spool/spool.ts";
import { unitedOutline } from "../../store/ledger_outline.ts";
import {
  type Collected,
  type Footer,
  type FooterOutline,
  readFooter,
  readFooterOutline,
} from "../collected.ts";
import { Inventory } from "../inventory.ts";

/** The folders above those of the hours: years of hours take long to list. */
const DAYS_OF_QUOTES: Tree = { ...QUOTES_BY_HOUR, grain: "day" };

/** Quotes of these services of a venue (default: all services), with a partition for each hour. */
export function quotesCollected(services?: readonly Service[]): Collected {
  const of = (venue: Venue) => services ?? quoteServices(venue);
  return {
    noun: "quote",
    services: of,
    readFooter: readHours,
    readOutline: outlineHours,
    storedDates: (layout, venue) => datesOf(layout, venue, of(venue)),
  };
}

/** The footers of a date's hours as if they were one: no two hours name the same file. */
async function readHours(layout: Layout, venue: Venue, date: string): Promise<Footer> {
  const footers = await ofHours(layout, venue, date, readFooter);
  return { ...together(footers), ledger: new Map(footers.flatMap(({ ledger }) => [...ledger])) };
}

/** The same of their outlines. */
async function outlineHours(layout: Layout, venue: Venue, date: string): Promise<FooterOutline> {
  const footers = await ofHours(layout, venue, date, readFooterOutline);
  return { ...together(footers), ledger: unitedOutline(footers.map(({ ledger }) => ledger)) };
}

/** Reads the hours of a date in turn, since dates are read side by side: a process may have few files open. */
async function ofHours<F>(
  layout: Layout,
  venue: Venue,
  date: string,
  read: (path: string, type: RecordType) => Promise<F>,
): Promise<F[]> {
  const footers: F[] = [];
  for (const hour of periodsOf(layout, QUOTES_BY_HOUR, venue, date)) {
    footers.push(await read(layout.partition(QUOTES_BY_HOUR, venue, hour), QUOTES));
  }
  return footers;
}

function together(footers: readonly Omit<Footer, "ledger">[]): Omit<Footer, "ledger"> {
  return {
    rows: footers.reduce((sum, { rows }) => sum + rows, 0),
    damage: footers.find(({ damage }) => damage !== null)?.damage ?? null,
  };
}

function datesOf(layout: Layout, venue: Venue, services: readonly Service[]): string[] {
  return withRaw(new Spool(layout, venue, services), periodsOf(layout, DAYS_OF_QUOTES, venue));
}

/** The last `count` of these dates, oldest first; of what is stored, the folders of others are not read. */
export function newestQuoteDates(spool: Spool, count: number): string[] {
  return withRaw(spool, newestPeriods(spool.layout, DAYS_OF_QUOTES, spool.venue, count)).slice(-count);
}

/** The same dates, and those that have raw files, oldest first. */
function withRaw(spool: Spool, stored: readonly string[]): string[] {
  const raw = spool.dates().filter((date) => spool.files(date).length > 0);
  return [...new Set([...stored, ...raw])].sort();
}

/** What is on disk of the quotes that a spool is for. */
export function quotesInventory({ layout, venue, services }: Spool): Inventory {
  return new Inventory(layout, venue, quotesCollected(services));
}
