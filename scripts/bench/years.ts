import { dirname, join } from "node:path";
import { TRADES } from "../../src/feed/records/trades.ts";
import { fileNamed } from "../../src/feed/file_names.ts";
import { writeBatches } from "../../src/store/write_batches.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../src/store/datasets.ts";
import { DAYS_KEY } from "../../src/store/footer_keys.ts";
import type { Layout } from "../../src/store/layout.ts";
import { emptyTally, mergeBatches } from "../../src/store/merge_sorted.ts";
import { encodeDays } from "../../src/store/month/stored_month.ts";
import { MONTH_ROW_GROUP_ROWS } from "../../src/store/parquet/schema.ts";
import { openStored } from "../../src/store/stored_partition.ts";
import { isThere } from "../../src/system/atomic.ts";
import { startReplica } from "../replica/server.ts";
import { publishDay, runJob, runJobAsShipped } from "./fresh.ts";
import { DATE, VENUE, writeRawDay } from "./raw_day.ts";
import { roundOf, type Works, type WorksRound } from "./works.ts";

export const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
/** Stored dates to compare with: a month. */
export const FEW_DATES = 23;
/** Stored dates of a year, less than there are trading days. */
export const DATES_A_YEAR = 250;
/** Dates that have raw files. */
const RAW_DATES = 20;

/** A verification reads every row; of days with a trade a minute, it takes no hour. */
const THIN_TRADES = 1_400;

/** A working directory with so many stored dates of each venue. */
export interface History {
  readonly layout: Layout;
  /** Another one with the same dates, of thin days. */
  readonly thin: Layout;
  readonly dates: readonly string[];
}

/** Stands for the oldest date in a command line. */
export const OLDEST = "OLDEST";
/** Commands that ask the exchange. */
const ASKING = ["fetch-trades", "check-status", "verify"];

/** What is measured of a history: a command line, which may name its oldest date, or the daemon's daily look. */
export const WORKS: Works = {
  "status": { args: ["status", ...VENUES], flat: true },
  "cycle with nothing to fetch": { args: ["fetch-trades", ...VENUES], flat: true },
  "cleanup-raw": { args: ["cleanup-raw", ...VENUES, "--dry-run"], flat: true },
  "check-status, a line a date": { args: ["check-status", ...VENUES], flat: false },
  "check-partial of all dates": { args: ["check-partial", ...VENUES], flat: false },
  "verify of the oldest date": { args: ["verify", ...VENUES, "--date", OLDEST], flat: true },
  "verify --all of one venue, days of 1,400 trades": { args: ["verify", "--all", VENUE], flat: false },
  // Its corrections may come on any later date, so that the footer of each is read.
  "closes of the oldest date": { args: ["closes", VENUE, "--date", OLDEST], flat: false },
  "daily look of the daemon": { args: [], flat: true },
};

/** Stores so many dates, of days with so many trades, and of thin ones. */
export async function makeHistory(directory: string, dates: number, trades: number): Promise<History> {
  const days = weekdaysUntil(DATE, dates);
  const layout = await storeDates(directory, days, trades);
  return { layout, thin: await storeDates(join(directory, "thin"), days, THIN_TRADES), dates: days };
}

/**
 * Stores a day of so many trades once, and gives it the name of each of the last weekdays up to that day, of four
 * venues, by hard links: a partition does not say of which venue and date it is. Every month that has ended has its file.
 */
async function storeDates(directory: string, days: readonly string[], trades: number): Promise<Layout> {
  const { layout } = writeRawDay(directory, { venue: VENUE, date: DATE, trades });
  await publishDay(layout);
  Deno.renameSync(layout.rawDay(VENUE, DATE), rawSource(layout));
  for (const venue of VENUES) {
    for (const date of days) {
      linkTo(layout.partition(TRADES_BY_DAY, VENUE, DATE), layout.partition(TRADES_BY_DAY, venue, date));
    }
  }
  const ended = Map.groupBy(days, (date) => date.slice(0, 7));
  ended.delete(DATE.slice(0, 7));
  for (const [month, days] of ended) await storeMonth(layout, month, days);
  return layout;
}

/** Measures each work in both histories, one after the other. The newest dates have raw files, until the daily look takes them. */
export async function runYearsRound(few: History, many: History): Promise<WorksRound> {
  await using exchange = await startReplica({
    days: VENUES.map((venue) => ({ venue, date: DATE, trades: 0, minutes: { from: 0, until: 22 * 60 } })),
  });
  const of = ({ layout, thin, dates }: History, args: readonly string[]) => {
    const directory = (args.includes("--all") ? thin : layout).workingDirectory;
    if (args.length === 0) return runJobAsShipped("look_after", directory, ...VENUES);
    const api = ASKING.includes(args[0]) ? ["--api-url", exchange.apiUrl] : [];
    const named = args.map((arg) => arg === OLDEST ? dates[0] : arg);
    return runJob("command", "--wrk-dir", directory, ...named, ...api);
  };
  for (const { layout, dates } of [few, many]) {
    for (const venue of VENUES) for (const date of dates.slice(-RAW_DATES)) linkRaw(layout, venue, date);
  }
  return await roundOf(WORKS, (args) => of(few, args), (args) => of(many, args));
}

/** So many weekdays up to a date, oldest first. */
export function weekdaysUntil(last: string, count: number): string[] {
  const days: string[] = [];
  for (let date = Temporal.PlainDate.from(last); days.length < count; date = date.subtract({ days: 1 })) {
    if (date.dayOfWeek <= 5) days.push(`${date}`);
  }
  return days.reverse();
}

/** Gives a file another name as well, unless there is one of that name. */
export function linkTo(from: string, to: string): void {
  if (isThere(to)) return;
  Deno.mkdirSync(dirname(to), { recursive: true });
  Deno.linkSync(from, to);
}

function linkRaw(layout: Layout, venue: string, date: string): void {
  const folder = rawSource(layout);
  for (const { name } of Deno.readDirSync(folder)) {
    const file = fileNamed(name.replace(VENUE, venue).replace(DATE, date))!;
    linkTo(join(folder, name), layout.rawFile(file));
  }
}

/** Where the raw files of the one day are kept from what cleans up. */
function rawSource({ workingDirectory }: Layout): string {
  return join(workingDirectory, "raw");
}

/** A month file of one day's rows that names all days: its footer is what is read of it. */
async function storeMonth(layout: Layout, month: string, dates: readonly string[]): Promise<void> {
  const [path, partition] = [
    layout.partition(TRADES_BY_MONTH, VENUE, month),
    layout.partition(TRADES_BY_DAY, VENUE, DATE),
  ];
  Deno.mkdirSync(dirname(path), { recursive: true });
  using file = Deno.openSync(partition);
  const { rows, digest, batches } = await openStored(partition, file, TRADES);
  const days = dates.map((date) => ({ date, rows, digest }));
  const groups = mergeBatches([batches()], MONTH_ROW_GROUP_ROWS, emptyTally());
  const options = { type: TRADES, createdBy: "benchmark", breathe: () => Promise.resolve() };
  await writeBatches(path, groups, () => new Map([[DAYS_KEY, encodeDays(days)]]), options);
  for (const venue of VENUES) linkTo(path, layout.partition(TRADES_BY_MONTH, venue, month));
}
