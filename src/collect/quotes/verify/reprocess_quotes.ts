import { basename } from "node:path";
import { NO_FILTER, type QuoteFilter } from "../../../feed/quote_filter.ts";
import { quotesInventory } from "../quotes_collected.ts";
import { reprocessDate } from "./reprocess_hour.ts";
import { fileNamed } from "../../../feed/file_names.ts";
import { quoteServices } from "../../../feed/quote_services.ts";
import type { Venue } from "../../../feed/venue.ts";
import { catchDamage, DamagedPartition } from "../../../store/damage.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { splitVersion } from "../../../store/aside_names.ts";
import { newestPeriodOf } from "../../../store/periods.ts";
import { Spool } from "../../../store/spool/spool.ts";
import { rejectedEntry } from "../../../store/state/accepted_record.ts";
import { type LockTools, underLock } from "../../maintain/under_lock.ts";
import { rejectedOfDate } from "../../rejected.ts";
import { silence } from "../../verify/accept.ts";
import { type ReprocessChoice, reprocessDates, type ReprocessedVenue } from "../../verify/reprocess_venue.ts";
import { filterOf } from "../hour_filter.ts";

/** What reprocessing a venue's quotes has changed. */
export interface ReprocessedQuotes extends Omit<ReprocessedVenue, "trades" | "taken"> {
  /** Quotes that were added. */
  readonly quotes: number;
}

/**
 * Decodes raw files of a venue's quotes again, under their write lock: what is in no ledger or has rejected lines; with
 * `force` all that are left, which rebuilds an hour if none of its files is gone; with names to accept, only accepts
 * them. Throws as `underLock`.
 */
export async function reprocessQuotes(
  venue: Venue,
  { date, force, accept }: ReprocessChoice,
  tools: LockTools,
  signal: AbortSignal,
): Promise<ReprocessedQuotes> {
  const { layout, clock } = tools;
  const spool = new Spool(layout, venue, quoteServices(venue));
  return await underLock(venue, tools, signal, async ({ createdBy, pace }) => {
    if (accept !== undefined) return { ...NOTHING_DONE, venue, ...await acceptAll(spool, accept) };
    const publisher = { spool, createdBy, pace, filter: await latestFilter(spool) };
    const reprocess = (day: string) => reprocessDate(publisher, day, force ?? false);
    const { trades: quotes, ...done } = await reprocessDates(
      spool,
      quotesInventory(spool),
      clock,
      date,
      reprocess,
    );
    return { ...NOTHING_DONE, venue, quotes, ...done };
  });
}

const NOTHING_DONE = { files: 0, quotes: 0, rejected: [], accepted: [], unknown: [], findings: [] };

async function acceptAll(
  spool: Spool,
  names: readonly string[],
): Promise<Pick<ReprocessedQuotes, "accepted" | "unknown">> {
  const [accepted, unknown]: string[][] = [[], []];
  for (const name of names) (await acceptFile(spool, name) ? accepted : unknown).push(name);
  return { accepted, unknown };
}

/** Stops reporting a file that is not understood, or bytes that are no file; false when there is nothing of that name. */
async function acceptFile(spool: Spool, name: string): Promise<boolean> {
  const file = fileNamed(splitVersion(name)[0]);
  if (file === null || file.venue !== spool.venue) return false;
  const { waiting, damage } = await quotesInventory(spool).of(file.date);
  if (damage !== null) throw damage; // without the ledgers it is unknown whether it waits
  const { all } = await rejectedOfDate(spool, file.date, quotesInventory(spool));
  const entries = [
    ...waiting.some(({ path }) => basename(path) === name) ? [name] : [],
    ...all.has(name) ? [rejectedEntry(name)] : [],
  ];
  if (entries.length > 0) await silence(spool, entries);
  return entries.length > 0;
}

/** For hours that are not stored yet: the filter of the newest stored hour. */
async function latestFilter({ layout, venue }: Spool): Promise<QuoteFilter> {
  const last = newestPeriodOf(layout, QUOTES_BY_HOUR, venue);
  const read = () => filterOf(layout.partition(QUOTES_BY_HOUR, venue, last!));
  return (last === null ? null : await catchDamage(DamagedPartition, read, () => null)) ?? NO_FILTER;
}
