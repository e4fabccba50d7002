import { type DayInventory, inventoryOf } from "../../collect/inventory.ts";
import { absentOn, datesBetween, firstTradingDay } from "../../collect/monitor/absent_days.ts";
import { type DayIssues, issuesOf, isWhole } from "../../collect/monitor/status.ts";
import { type StrayFile, strayFiles } from "../../collect/monitor/stray_files.ts";
import { readVenueState } from "../../collect/monitor/venue_state.ts";
import { rejectedOfDate } from "../../collect/rejected.ts";
import { counted } from "../../collect/counted.ts";
import { dateAfter } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { storedDates } from "../../store/dates.ts";
import type { Layout } from "../../store/layout.ts";
import { readPending } from "../../store/records/pending.ts";
import { Spool } from "../../store/spool/spool.ts";
import { type CommandLine, examples } from "../grammar/command_line.ts";
import type { GlobalOptions, JsonOption } from "../grammar/global_options.ts";
import { venuesOption } from "../grammar/values.ts";
import { answer, run } from "../run_command.ts";
import { wire } from "../wiring.ts";

/** Shows what is missing. */
export function addCheckPartialCommand({ program, globals, setExitCode }: CommandLine): void {
  program.command("check-partial")
    .description(
      "Show the dates that lack minutes, or have pending files or files that could not be decoded.",
    )
    .argument("<venues...>", "venue codes, such as DETR", venuesOption)
    .option("--json", "print JSON")
    .addHelpText("after", examples("check-partial DETR", "check-partial DETR DEUR --json"))
    .action(async (venues, options) => {
      setExitCode(await checkPartialCommand(venues as Venue[], { ...globals(), ...options }));
    });
}

function checkPartialCommand(
  venues: readonly Venue[],
  options: GlobalOptions & JsonOption,
): Promise<number> {
  return run(venues, options, () => {
    const { layout } = wire(options);
    return answer(venues, options, (venue) => checkPartial(venue, layout), printDefects);
  });
}

/** A venue's line of the JSON document of `check-partial`. */
interface VenueDefects {
  readonly venue: Venue;
  /** How many dates were looked at. */
  readonly dates: number;
  /** Only those with issues. */
  readonly days: readonly DayIssues[];
  readonly strays: readonly StrayFile[];
}

/**
 * The dates of a venue that are incomplete or hold undecodable files, by what is on disk; asks nobody. Trading days of
 * which nothing is stored are looked at as well, between the first stored date and the last.
 */
export async function checkPartial(venue: Venue, layout: Layout): Promise<VenueDefects> {
  const spool = new Spool(layout, venue);
  const record = readPending(layout.pendingRecord(venue));
  const dates = datesBetween(storedDates(layout, venue));
  const asked = askedAt(venue, layout, dates);
  const days: DayIssues[] = [];
  let next: DayInventory | null = null;
  let since: string | null = null;
  for (const date of dates) {
    const day: DayInventory = next?.date === date ? next : await inventoryOf(layout, venue, date);
    next = await inventoryOf(layout, venue, dateAfter(date));
    since ??= firstTradingDay(venue, day);
    const rejected = await rejectedOfDate(spool, date);
    const listed = new Set([...record.keys(), ...rejected.all]);
    const absent = absentOn(day, next, { venue, since, asked, listed });
    const issues = issuesOf(day, { record, rejected: rejected.unaccepted, absent });
    if (!isWhole(issues)) days.push(issues);
  }
  return { venue, dates: dates.length, days, strays: strayFiles(layout, venue) };
}

/**
 * When the exchange was last asked, in milliseconds since 1970; where nothing tells, the beginning of the newest date,
 * of which something is stored.
 */
function askedAt(venue: Venue, layout: Layout, dates: readonly string[]): number {
  return Date.parse(readVenueState(layout, venue)?.asked ?? dates.at(-1) ?? "");
}

function printDefects({ venue, dates, days, strays }: VenueDefects): void {
  console.log(`${venue}: ${counted(dates, "date")} looked at, ${counted(days.length, "date")} with issues`);
  for (const day of days) for (const line of describe(day)) console.log(`${day.date}  ${line}`);
  for (const { date, path, what, remedy } of strays) console.log(`${date}  ${path}: ${what}; ${remedy}`);
}

function describe(issues: DayIssues): string[] {
  const { absent, gaps, pending, undecoded, withBadLines, contradictions, rejected, damage } = issues;
  return [
    ...(damage === null ? [] : [damage]),
    ...absent.map(({ from, to, minutes }) =>
      `${counted(minutes, "minute")} absent, ${from} to ${to} UTC: neither listed nor stored`
    ),
    ...gaps.map(({ from, to, minutes }) => `gap of ${counted(minutes, "minute")}, ${from} to ${to} UTC`),
    ...pending.map((name) => `pending: ${name}`),
    ...undecoded.map((path) => `kept, not in Parquet: ${path}`),
    ...withBadLines.map((key) => `with bad lines: ${key}`),
    ...contradictions.map((key) => `contradicts the minute files: ${key}`),
    ...rejected.map((name) => `rejected, neither gzip nor whole NDJSON: ${name}`),
  ];
}
