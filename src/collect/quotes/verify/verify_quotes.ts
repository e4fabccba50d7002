import { dateOfHour } from "../../../feed/calendar/dates.ts";
import { isMinuteFile } from "../../../feed/file_names.ts";
import { NO_FILTER } from "../../../feed/quote_filter.ts";
import { quoteServices } from "../../../feed/quote_services.ts";
import type { Venue } from "../../../feed/venue.ts";
import { QUOTES_BY_HOUR } from "../../../store/datasets.ts";
import { Layout } from "../../../store/layout.ts";
import { periodsOf } from "../../../store/periods.ts";
import { Spool } from "../../../store/spool/spool.ts";
import type { SpooledFile } from "../../../store/spool/spooled_file.ts";
import { readAccepted } from "../../../store/state/accepted_record.ts";
import { type LockTools, underLock } from "../../maintain/under_lock.ts";
import { Pace } from "../../pace.ts";
import { ledgerIssues } from "../../verify/day_issues.ts";
import { byDate, type Issue } from "../../verify/issues.ts";
import type { Chosen, VerifiedAndRepaired } from "../../verify/mend.ts";
import { setAside } from "../../verify/repair.ts";
import type { Repair } from "../../verify/repairs.ts";
import { type Hour, hourOf } from "../hours.ts";
import type { QuotePublisher } from "../publish_hour.ts";
import { quotesCollected } from "../quotes_collected.ts";
import { repairHour } from "./repair_hour.ts";
import { type VerifiedHour, verifyHour } from "./verify_hour.ts";

/** The result of reading back what is stored of a venue's quotes, and of repairs; the issues are those that remain. */
export interface VerifiedQuotes
  extends Pick<VerifiedAndRepaired, "venue" | "dates" | "partitions" | "rawFiles" | "issues" | "repairs"> {
  readonly quotes: number;
}

/** Reads back what is stored of a venue's quotes, and repairs damaged hours if requested. Throws as `underLock`. */
export async function verifyQuotes(
  venue: Venue,
  { date, month, repair, from }: Chosen,
  tools: LockTools,
  signal: AbortSignal,
): Promise<VerifiedQuotes> {
  const { layout, clock } = tools;
  const spool = new Spool(layout, venue, quoteServices(venue));
  const pace = new Pace(clock, signal, tools.onProgress);
  const dates = quotesCollected().storedDates(layout, venue)
    .filter((stored) => stored.startsWith(date ?? month ?? ""));
  const found = await verifyDates(spool, dates, pace);
  const damaged = found.issues.filter(({ severity }) => severity === "damage");
  if (!repair || damaged.length === 0) return { venue, ...found, repairs: [] };
  const repairs = await underLock(venue, tools, signal, async ({ createdBy, pace }) => {
    const publisher = { spool, createdBy, pace, filter: NO_FILTER }; // each hour has its own
    const done: Repair[] = [];
    const other = from === undefined ? null : new Layout(from);
    for (const issue of damaged) done.push(await mended(publisher, issue, clock.now(), other));
    return done;
  });
  return { venue, ...await verifyDates(spool, dates, pace), repairs };
}

async function mended(
  publisher: QuotePublisher,
  issue: Issue,
  now: number,
  from: Layout | null,
): Promise<Repair> {
  const { spool } = publisher;
  return issue.kind === "damaged partition"
    ? await repairHour(publisher, issue.date, spooledOf(spool, issue.date), now, from)
    : setAside(spool.layout, issue, now);
}

async function verifyDates(spool: Spool, dates: readonly string[], pace: Pace) {
  const hours: VerifiedHour[] = [];
  const issues: Issue[] = [];
  let rawFiles = 0;
  for (const date of dates) {
    const ofDate = await verifyHoursOf(spool, date, pace);
    hours.push(...ofDate);
    issues.push(...ofDate.flatMap(({ issues }) => issues), ...dateIssues(spool, date, ofDate));
    rawFiles += spool.files(date).length;
  }
  const partitions = hours.flatMap(({ partition }) => partition === null ? [] : [partition]);
  return {
    dates: dates.length,
    partitions: partitions.length,
    quotes: partitions.reduce((sum, { rows }) => sum + rows, 0),
    rawFiles,
    issues: byDate(issues),
  };
}

async function verifyHoursOf(spool: Spool, date: string, pace: Pace): Promise<VerifiedHour[]> {
  const verified: VerifiedHour[] = [];
  for (const hour of periodsOf(spool.layout, QUOTES_BY_HOUR, spool.venue, date)) {
    verified.push(await verifyHour(spool, hour, spooledOf(spool, hour), pace));
  }
  return verified;
}

/** What is known to be missing by the ledgers of a date; nothing where one of them cannot be read. */
function dateIssues(spool: Spool, date: string, hours: readonly VerifiedHour[]): Issue[] {
  if (hours.some(({ issues }) => issues.some(({ kind }) => kind === "damaged partition"))) return [];
  const { layout, venue } = spool;
  const [first] = hours.map(({ hour }) => hour);
  return ledgerIssues({
    venue,
    date,
    path: first === undefined ? layout.rawDay(venue, date) : layout.partition(QUOTES_BY_HOUR, venue, first),
    spooled: spool.files(date),
    ledger: new Map(hours.flatMap(({ partition }) => [...partition?.ledger ?? []])),
    accepted: readAccepted(layout.acceptedRecord(venue)),
  });
}

/** What is left of the raw files of an hour. */
export function spooledOf(spool: Spool, hour: Hour): SpooledFile[] {
  return spool.files(dateOfHour(hour)).filter(({ file }) => isMinuteFile(file) && hourOf(file) === hour);
}
