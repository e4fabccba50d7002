/** Years of stored quotes: hours of a few rows, whose footers have the size of real ones. */
import { dirname, join } from "node:path";
import { QUOTES } from "../../../src/feed/records/quotes.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { Layout } from "../../../src/store/layout.ts";
import type { Ledger } from "../../../src/store/ledger.ts";
import { publishPartition } from "../../../src/store/partition.ts";
import { openStored } from "../../../src/store/stored_partition.ts";
import { berlinOffset } from "../../replica/calendar.ts";
import { startReplica } from "../../replica/server.ts";
import { footprintOf, treeLines } from "../footprint.ts";
import { runJob, runJobAsShipped } from "../fresh.ts";
import { DATE } from "../raw_day.ts";
import type { Line } from "../table.ts";
import { roundOf, type Works, type WorksRound } from "../works.ts";
import { linkTo, OLDEST, VENUES, weekdaysUntil } from "../years.ts";
import { HOUR, writeQuoteMinutes } from "./minutes.ts";

/**
 * Row groups of an hour of trading, of 65,536 rows each: those of the top of the book among the rows that witnesses counted
 * (`FULL_QUOTES`). The footer's size depends on them.
 */
const SERVICES = {
  "DETR-pretrade": { groups: 92 },
  "DFRA-pretrade": { groups: 82 },
  "DGAT-pretrade": { groups: 110 },
  "DEUR-pretradeOthers": { groups: 18 },
} as const;
const ROWS_A_MINUTE = 40;
/** Hours of trading, in UTC; in the others the minute files are empty. */
const TRADING = { from: 5, until: 20 };
/** Hours of Berlin that have minute files; the last has one. */
const [FIRST_HOUR, LAST_HOUR] = [1, 23];
const SOURCES = Object.keys(SERVICES);
const ONE = "DGAT";

/** What is measured. One venue has a quarter of the hours. */
export const QUOTE_WORKS: Works = {
  "status --quotes": { args: ["status", ...VENUES, "--quotes"], flat: true },
  "cycle of quotes with nothing to fetch": { args: ["fetch-quotes", ...SOURCES], flat: true },
  "verify --quotes of the oldest date": { args: ["verify", ONE, "--quotes", "--date", OLDEST], flat: true },
  "daily look of the daemon beside quotes": { args: [], flat: true },
  "coverage --quotes of one venue": { args: ["coverage", ONE, "--quotes"], flat: false },
  "check-partial --quotes of one venue": { args: ["check-partial", ONE, "--quotes"], flat: false },
};

/** A working directory with so many stored dates of quotes of each venue. */
export interface QuoteHistory {
  readonly layout: Layout;
  readonly dates: readonly string[];
  readonly footerBytes: number;
}

/** Stores each hour of a day once, and gives it the name of that hour of each of the last weekdays, by hard links. */
export async function makeQuoteHistory(directory: string, count: number): Promise<QuoteHistory> {
  const layout = new Layout(directory);
  const dates = weekdaysUntil(DATE, count);
  let footerBytes = 0;
  for (const source of SOURCES) {
    const templates = await makeTemplates(join(directory, "templates"), source);
    const [venue] = source.split("-");
    for (const date of dates) {
      for (const { hour, minutes } of hoursOf(date)) {
        const { path, footer } = templates.get(templateName(hour, minutes))!;
        linkTo(path, layout.partition(QUOTES_BY_HOUR, venue, hour));
        footerBytes += footer;
      }
    }
  }
  return { layout, dates, footerBytes };
}

/** Measures each work in both histories, one after the other. */
export async function runQuoteYearsRound(few: QuoteHistory, many: QuoteHistory): Promise<WorksRound> {
  const quotes = SOURCES.map((service) => ({ service, date: DATE, rows: 0 }));
  await using exchange = await startReplica({ days: [], quotes });
  const measureIn = ({ layout, dates }: QuoteHistory) => (args: readonly string[]) => {
    if (args.length === 0) return runJobAsShipped("look_after", layout.workingDirectory, ...VENUES);
    const api = ["fetch-quotes", "verify"].includes(args[0]) ? ["--api-url", exchange.apiUrl] : [];
    const named = args.map((arg) => arg === OLDEST ? dates[0] : arg);
    return runJob("command", "--wrk-dir", layout.workingDirectory, ...named, ...api);
  };
  return await roundOf(QUOTE_WORKS, measureIn(few), measureIn(many));
}

/** What the history takes on disk, and what a listing takes. */
export function quoteFootprintLinesOf({ layout, dates, footerBytes }: QuoteHistory): Line[] {
  const hours = footprintOf(join(layout.data, "quotes"));
  return [
    {
      what: `footers of ${dates.length} dates of quotes of four venues`,
      values: [footerBytes / 1e9],
      unit: "GB",
      decimals: 1,
    },
    ...treeLines(hours),
  ];
}

interface Template {
  readonly path: string;
  /** Bytes of its footer. */
  readonly footer: number;
}

/** Publishes an hour by the program's own code, and writes its rows as each hour of a day, with the ledger of that hour. */
async function makeTemplates(folder: string, source: string): Promise<Map<string, Template>> {
  const [venue, service] = source.split("-");
  const { layout } = writeQuoteMinutes(folder, { service: source, minutes: 60, rows: ROWS_A_MINUTE });
  await runJobAsShipped("quotes_hour", folder, venue, service, HOUR);
  const published = layout.partition(QUOTES_BY_HOUR, venue, HOUR);
  using file = Deno.openSync(published);
  const { rows, ledger, batches } = await openStored(published, file, QUOTES);
  const rowsPerGroup = Math.ceil(rows / SERVICES[source as keyof typeof SERVICES].groups);
  const options = {
    type: QUOTES,
    createdBy: "benchmark",
    breathe: () => Promise.resolve(),
    rowsPerGroup,
    filter: "",
  };
  const templates = new Map<string, Template>();
  for (const { hour, minutes } of ["2026-09-01", "2026-12-01"].flatMap(hoursOf)) {
    const name = templateName(hour, minutes);
    const path = join(folder, venue, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    const isTrading = Number(hour.slice(-2)) >= TRADING.from && Number(hour.slice(-2)) < TRADING.until;
    if (!templates.has(name)) {
      await publishPartition(
        path,
        isTrading ? [batches()] : [],
        ledgerOf(ledger, hour, minutes, isTrading),
        options,
      );
      templates.set(name, { path, footer: footerOf(path) });
    }
  }
  return templates;
}

/** The entries of one hour as those of another one. */
function ledgerOf(ledger: Ledger, hour: string, minutes: number, hasRows: boolean): Ledger {
  const entries = [...ledger].slice(0, minutes);
  return new Map(entries.map(([key, entry]) => [
    key.replace(/\d\d(?=_\d\d$)/, hour.slice(-2)),
    hasRows ? entry : { ...entry, rows: 0, leftOut: { depth: 0, filtered: 0 } },
  ]));
}

/** The hours of UTC, by the name of their partition, that have minute files of a trading day, and how many. */
function hoursOf(date: string): { hour: string; minutes: number }[] {
  const offset = berlinOffset(date) / 60;
  const midnight = Temporal.PlainDateTime.from(date);
  return Array.from({ length: LAST_HOUR - FIRST_HOUR + 1 }, (_, i) => ({
    hour: `${midnight.add({ hours: FIRST_HOUR + i - offset })}`.slice(0, 13),
    minutes: FIRST_HOUR + i === LAST_HOUR ? 1 : 60,
  }));
}

function templateName(hour: string, minutes: number): string {
  return `${hour.slice(-2)}-${minutes}`;
}

/** The length of a Parquet file's footer stands before its last four bytes. */
function footerOf(path: string): number {
  return new DataView(Deno.readFileSync(path).slice(-8).buffer).getUint32(0, true);
}
