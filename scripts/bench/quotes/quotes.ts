import { dirname, join } from "node:path";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { runJob, runJobAsShipped } from "../fresh.ts";
import type { Measured } from "../jobs/measured.ts";
import { peak, ratio, seconds } from "../measured_lines.ts";
import type { Line } from "../table.ts";
import { HOUR, type QuoteMinutes, writeQuoteMinutes } from "./minutes.ts";

/** The targets of the project's fifteenth issue; memory in MB of 10⁶ bytes. */
const TARGET = {
  xetraMegabytes: 120,
  tradegateMegabytes: 100,
  ofJson: 0.5,
  timeRatio: 1,
  memoryRatio: 0.15,
  sizeRatio: 1,
  ofOneCore: 5,
};

/** Rows of a minute of each service, depth included, as witnesses counted them; `hour`: minutes of the hour. */
export interface QuoteSizes {
  readonly xetra: number;
  readonly tradegate: number;
  readonly frankfurt: number;
  readonly eurex: number;
  readonly hour: number;
}

export const FULL_QUOTES: QuoteSizes = {
  xetra: 400_512,
  tradegate: 120_000,
  frankfurt: 90_000,
  eurex: 20_000,
  hour: 60,
};
export const QUICK_QUOTES: QuoteSizes = {
  xetra: 20_000,
  tradegate: 6_000,
  frankfurt: 4_000,
  eurex: 1_000,
  hour: 6,
};

/** What the benchmarks work on. */
export interface QuoteInputs {
  readonly xetra: QuoteMinutes;
  readonly tradegate: QuoteMinutes;
  readonly hour: QuoteMinutes;
  /** Some minutes of all four venues. */
  readonly venues: readonly QuoteMinutes[];
}

/** Makes the files: those of a whole hour take three minutes. */
export function makeQuotes(folder: string, sizes: QuoteSizes): QuoteInputs {
  const minutesOf = (service: string, rows: number, minutes: number) =>
    writeQuoteMinutes(join(folder, `${service}-${minutes}`), { service, minutes, rows });
  const some = Math.ceil(sizes.hour / 10);
  return {
    xetra: minutesOf("DETR-pretrade", sizes.xetra, 1),
    tradegate: minutesOf("DGAT-pretrade", sizes.tradegate, 1),
    hour: minutesOf("DGAT-pretrade", sizes.tradegate, sizes.hour),
    venues: [
      minutesOf("DETR-pretrade", sizes.xetra, some),
      minutesOf("DGAT-pretrade", sizes.tradegate, some),
      minutesOf("DFRA-pretrade", sizes.frankfurt, some),
      minutesOf("DEUR-pretradeMDOptions", sizes.eurex, some),
      minutesOf("DEUR-pretradeOthers", sizes.eurex, some),
    ],
  };
}

/** Everything measured once. */
export interface QuotesRound {
  readonly xetra: Measured;
  readonly json: Measured;
  readonly tradegate: Measured;
  readonly hour: Measured;
  readonly duckdbTwo: Measured;
  readonly venues: readonly Measured[];
}

/** One after the other: a machine that slows down slows down all. Throws when DuckDB stores other rows. */
export async function runQuotesRound({ xetra, tradegate, hour, venues }: QuoteInputs): Promise<QuotesRound> {
  const duckdb = join(hour.layout.workingDirectory, "duckdb.parquet");
  const round = {
    xetra: await sortedRun(xetra),
    json: await runJob("quotes_json", xetra.paths[0]),
    tradegate: await sortedRun(tradegate),
    hour: await published(hour),
    duckdbTwo: await runJob("duckdb_quotes", `${dirname(hour.paths[0])}/*.json.gz`, "2", duckdb),
    venues: await inTurn(venues, published),
  };
  if (round.hour.rows !== round.duckdbTwo.rows) {
    throw new Error("DuckDB has stored other rows than the program");
  }
  return round;
}

function sortedRun({ layout, venue, service }: QuoteMinutes): Promise<Measured> {
  return runJobAsShipped("quotes_minute", layout.workingDirectory, venue, service);
}

async function published({ layout, venue, service }: QuoteMinutes): Promise<Measured> {
  const measured = await runJobAsShipped("quotes_hour", layout.workingDirectory, venue, service, HOUR);
  Deno.removeSync(layout.partition(QUOTES_BY_HOUR, venue, HOUR));
  return measured;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** What is printed of the rounds. */
export function quotesLinesOf(rounds: readonly QuotesRound[], inputs: QuoteInputs): Line[] {
  const of = (key: Exclude<keyof QuotesRound, "venues">) => rounds.map((round) => round[key]);
  const [xetra, json, tradegate, hour, duckdb] = [
    of("xetra"),
    of("json"),
    of("tradegate"),
    of("hour"),
    of("duckdbTwo"),
  ];
  return [
    seconds(
      `q  a minute of Xetra, ${described(inputs.xetra)} → sorted run`,
      xetra.map(({ seconds }) => seconds),
    ),
    { ...peak(xetra), target: { atMost: TARGET.xetraMegabytes } },
    seconds(
      `   JSON.parse of its ${json[0].rows.toLocaleString("en")} quotes alone`,
      json.map(({ seconds }) => seconds),
    ),
    {
      what: "     the whole ÷ that, CPU time",
      values: xetra.map(({ cpuSeconds }, round) => cpuSeconds / json[round].cpuSeconds),
      unit: "×",
      decimals: 2,
      target: { atMost: TARGET.ofJson },
    },
    seconds(
      `   a minute of Tradegate, ${described(inputs.tradegate)} → sorted run`,
      tradegate.map(({ seconds }) => seconds),
    ),
    { ...peak(tradegate), target: { atMost: TARGET.tradegateMegabytes } },
    seconds(
      `   an hour of Tradegate, ${described(inputs.hour)} → partition`,
      hour.map(({ seconds }) => seconds),
    ),
    peak(hour),
    { what: "     its partition", values: hour.map(({ bytes }) => bytes / 1e6), unit: "MB" },
    seconds("   the same by DuckDB with two threads", duckdb.map(({ seconds }) => seconds)),
    peak(duckdb),
    { ...ratio("time", hour, duckdb, ({ seconds }) => seconds), target: { atMost: TARGET.timeRatio } },
    ratio("CPU time", hour, duckdb, ({ cpuSeconds }) => cpuSeconds),
    {
      ...ratio("memory", hour, duckdb, ({ peakMegabytes }) => peakMegabytes),
      target: { atMost: TARGET.memoryRatio },
    },
    { ...ratio("size", hour, duckdb, ({ bytes }) => bytes), target: { atMost: TARGET.sizeRatio } },
    {
      what: "   of one core while four venues trade",
      values: rounds.map(({ venues }) => percentOfCore(venues, inputs.venues)),
      unit: "%",
      decimals: 1,
      target: { atMost: TARGET.ofOneCore },
    },
  ];
}

function described({ rows, bytes }: QuoteMinutes): string {
  return `${rows.toLocaleString("en")} rows, ${Math.round(bytes / 1e6)} MB`;
}

/** What it takes to publish a minute of each service, in relation to the minute in which it comes. */
function percentOfCore(measured: readonly Measured[], inputs: readonly QuoteMinutes[]): number {
  const perMinute = measured.map(({ cpuSeconds }, i) => cpuSeconds / inputs[i].paths.length);
  return 100 * perMinute.reduce((sum, seconds) => sum + seconds, 0) / 60;
}
