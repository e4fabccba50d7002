/**
 * `deno task bench`: what the program takes, against DuckDB on the same data. Prints figures and never fails by
 * the clock: a target that is missed is said, not punished.
 */
import { Command } from "@commander-js/extra-typings";
import { barMonthsLinesOf, makeBarMonths, runBarMonthsRound } from "./bench/bar_months.ts";
import { barsLinesOf, makeTrades, runBarsRound } from "./bench/bars.ts";
import { FULL, makeInputs, QUICK } from "./bench/inputs.ts";
import { linesOf } from "./bench/lines.ts";
import { followDays, liveLinesOf } from "./bench/live.ts";
import { machine } from "./bench/machine.ts";
import { makeMonth, monthLinesOf, runMonthRound } from "./bench/month.ts";
import {
  exportedLinesOf,
  exportQuoteDay,
  makeQuoteDay,
  readingLinesOf,
  runReadingRound,
} from "./bench/quotes/day.ts";
import {
  FULL_QUOTES,
  makeQuotes,
  QUICK_QUOTES,
  quotesLinesOf,
  runQuotesRound,
} from "./bench/quotes/quotes.ts";
import { runRound } from "./bench/round.ts";
import { makeStagedDay, runStages, stagesLinesOf } from "./bench/stages.ts";
import { startLines } from "./bench/start.ts";
import { type Line, printTable } from "./bench/table.ts";
import { join } from "node:path";
import { footprintLinesOf } from "./bench/footprint.ts";
import { DATES_A_YEAR, FEW_DATES, makeHistory, runYearsRound, VENUES, WORKS } from "./bench/years.ts";
import { worksLinesOf } from "./bench/works.ts";
import {
  makeQuoteHistory,
  QUOTE_WORKS,
  quoteFootprintLinesOf,
  runQuoteYearsRound,
} from "./bench/quotes/years.ts";
import { decodeVenues, makeVenueDays, venueLinesOf } from "./bench/venues.ts";
import { addBars, runServedRound, servedLinesOf } from "./bench/served.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const options = new Command("bench")
  .description("Benchmarks against DuckDB, on days that the replica of the exchange makes up.")
  .option("--quick", "one round on a tenth of the data, to see that it works")
  .option("--month", "only the consolidation of a month: the days take two minutes to make")
  .option(
    "--years [years]",
    "only what grows with years of stored days (default: 10): these take minutes to make",
    Number,
  )
  .option("--live", "only a day that is followed minute by minute, in simulated time")
  .option("--start", "only how soon the program is there")
  .option("--stages", "only which stage of publishing a day takes which share of the main thread's time")
  .option("--decode", "only the decoding of rows as each venue sends them")
  .option("--serve", "only the page, with two years of four venues")
  .option("--bars", "only bars: of a day, a month, a year; the days take minutes to make")
  .option("--quotes", "only quotes: a minute of Xetra, an hour of Tradegate; they take minutes to make")
  .parse().opts();
const { quick } = options;
const sizes = quick ? QUICK : FULL;
const repetitions = quick ? 1 : 5;
/** Weekdays. */
const TWO_YEARS = 520;

console.log(machine());
using folder = temporaryFolder();
console.error("making the days");
const chosen: readonly (readonly [unknown, () => Promise<Line[]>])[] = [
  [options.month, benchMonth],
  [options.years, benchYears],
  [options.live, benchLive],
  [options.start, startLines],
  [options.stages, benchStages],
  [options.decode, benchDecoding],
  [options.serve, benchServe],
  [options.bars, benchBars],
  [options.quotes, benchQuotes],
];
const [, bench] = chosen.find(([isChosen]) => isChosen) ?? [true, benchDays];
const lines = await bench();
// The targets are for whole days.
printTable(quick ? lines.map(({ target: _, ...line }) => line) : lines);

async function benchDays(): Promise<Line[]> {
  const inputs = await makeInputs(folder.path, sizes);
  return linesOf(await repeated(() => runRound(inputs)), inputs);
}

async function benchBars(): Promise<Line[]> {
  const day = join(folder.path, "day");
  await makeTrades(day, sizes.day);
  const months = await makeBarMonths(folder.path, sizes.day, quick ? 5 : undefined);
  return [
    ...barsLinesOf(await repeated(() => runBarsRound(day))),
    ...barMonthsLinesOf(await repeated(() => runBarMonthsRound(months)), months),
  ];
}

async function benchQuotes(): Promise<Line[]> {
  const inputs = makeQuotes(folder.path, quick ? QUICK_QUOTES : FULL_QUOTES);
  const lines = quotesLinesOf(await repeated(() => runQuotesRound(inputs)), inputs);
  const day = await makeQuoteDay(join(folder.path, "day"), inputs.hour);
  const read = readingLinesOf(await repeated(() => runReadingRound(day)), day);
  return [...lines, ...read, ...exportedLinesOf(await exportQuoteDay(day), day)];
}

async function benchMonth(): Promise<Line[]> {
  const days = await makeMonth(folder.path, sizes.day);
  return monthLinesOf(await repeated(() => runMonthRound(folder.path)), days);
}

async function benchYears(): Promise<Line[]> {
  const years = typeof options.years === "number" ? options.years : 10;
  const dates = { few: FEW_DATES, many: DATES_A_YEAR * years };
  const venuesOf = (args: readonly string[]) =>
    VENUES.filter((venue) => args.some((arg) => arg.startsWith(venue))).length || VENUES.length;
  return [...await tradesOfYears(), ...await quotesOfYears()];

  async function tradesOfYears(): Promise<Line[]> {
    const history = (count: number) => makeHistory(join(folder.path, `${count}`), count, sizes.day);
    const [few, many] = [await history(dates.few), await history(dates.many)];
    const rounds = await repeated(() => runYearsRound(few, many));
    return [...footprintLinesOf(many), ...worksLinesOf(WORKS, rounds, dates, venuesOf)];
  }

  async function quotesOfYears(): Promise<Line[]> {
    const history = (count: number) => makeQuoteHistory(join(folder.path, `quotes-${count}`), count);
    const [few, many] = [await history(dates.few), await history(dates.many)];
    const rounds = await repeated(() => runQuoteYearsRound(few, many));
    return [...quoteFootprintLinesOf(many), ...worksLinesOf(QUOTE_WORKS, rounds, dates, venuesOf)];
  }
}

async function benchServe(): Promise<Line[]> {
  const history = await makeHistory(folder.path, TWO_YEARS, sizes.day);
  await addBars(history);
  return servedLinesOf(await repeated(() => runServedRound(history)), history);
}

async function benchLive(): Promise<Line[]> {
  return liveLinesOf(await followDays(folder.path, sizes.venue), sizes.venue);
}

async function benchStages(): Promise<Line[]> {
  const day = makeStagedDay(folder.path, sizes.day);
  return stagesLinesOf(await repeated(() => runStages(day)));
}

async function benchDecoding(): Promise<Line[]> {
  const days = makeVenueDays(folder.path, sizes.venue);
  return venueLinesOf(await repeated(() => decodeVenues(days)), days);
}

async function repeated<T>(round: () => Promise<T>): Promise<T[]> {
  const rounds: T[] = [];
  for (let i = 1; i <= repetitions; i++) {
    console.error(`round ${i} of ${repetitions}`);
    rounds.push(await round());
  }
  return rounds;
}
