import { join } from "node:path";
import { BARS_1D, BARS_1M, TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { isThere } from "../../src/system/atomic.ts";
import { runJob, runJobAsShipped, runProgram } from "./fresh.ts";
import type { Measured } from "./jobs/measured.ts";
import { peak, ratio, seconds } from "./measured_lines.ts";
import { makeMonth } from "./month.ts";
import { DATE, MONTH, VENUE, writeRawDay } from "./raw_day.ts";
import type { Line } from "./table.ts";
import { weekdaysUntil } from "./years.ts";

/** The targets of the project's fourteenth issue, in seconds. */
const TARGET = { month: 3, closes: 0.2, isin: 1 };

/** Days over which one instrument is read: about a year. A day is short, for there are many; its row groups are not. */
const HISTORY = { days: 250, trades: 20_000, minutes: { from: 480, until: 510 } };

/** A month of whole days, and a year of short ones with stored bars. */
export interface BarMonths {
  readonly folder: string;
  readonly month: string;
  readonly history: string;
  /** How many days the two have. */
  readonly days: number;
  readonly historyDays: number;
  /** An instrument of all days. */
  readonly isin: string;
}

/** What each took in one round. */
export interface BarMonthsRound {
  readonly ours: Measured;
  readonly duckdbTwo: Measured;
  /** Of the whole program, from its start to its end. */
  readonly closes: number;
  readonly closesByDuckdb: Measured;
  readonly isin: number;
  readonly isinByDuckdb: Measured;
}

/** Makes them in a folder; takes minutes. With `days` the history has so many; default a year. */
export async function makeBarMonths(folder: string, trades: number, days = HISTORY.days): Promise<BarMonths> {
  const [month, history] = [join(folder, "month"), join(folder, "history")];
  for (const date of weekdaysUntil(DATE, days)) {
    const spec = { venue: VENUE, date, trades: HISTORY.trades, minutes: HISTORY.minutes };
    const { layout } = writeRawDay(history, spec);
    await runJob("publish", history, date);
    Deno.removeSync(layout.rawDay(VENUE, date), { recursive: true });
  }
  await runProgram("--wrk-dir", history, "--log-level", "ERROR", "bars", VENUE, "--all", "--interval", "1m");
  const out = join(folder, "isin.csv");
  const trade = new Layout(history).partition(TRADES_BY_DAY, VENUE, DATE);
  await runJob("duckdb_query", `SELECT mode(isin) AS isin FROM '${trade}'`, "2", out);
  const [, isin] = Deno.readTextFileSync(out).trim().split("\n");
  return { folder, month, history, days: await makeMonth(month, trades), historyDays: days, isin };
}

/** One after the other: a machine that slows down slows down both. Throws when they make other bars. */
export async function runBarMonthsRound(
  { folder, month, history, isin }: BarMonths,
): Promise<BarMonthsRound> {
  const stored = new Layout(month).partition(BARS_1D, VENUE, MONTH);
  if (isThere(stored)) Deno.removeSync(stored);
  const ours = await runJobAsShipped("day_bars", month);
  const byDuckdb = (query: string, name: string) => runJob("duckdb_query", query, "2", join(folder, name));
  const duckdbTwo = await byDuckdb(daysQuery(month), "days.parquet");
  if (ours.rows !== duckdbTwo.rows) throw new Error("DuckDB has made other bars than the program");
  const bars = `${new Layout(history).ofVenue(BARS_1M, VENUE)}/*/*/*/*.parquet`;
  return {
    ours,
    duckdbTwo,
    closes: await runProgram("--wrk-dir", month, "closes", VENUE, "--date", DATE, "--csv"),
    closesByDuckdb: await byDuckdb(`FROM '${stored}' WHERE trading_day = DATE '${DATE}'`, "closes.csv"),
    isin: await runProgram("--wrk-dir", history, "bars", VENUE, "--isin", isin, "--to", DATE, "--csv"),
    isinByDuckdb: await byDuckdb(`FROM '${bars}' WHERE isin = '${isin}' ORDER BY start`, "bars.csv"),
  };
}

/** What is printed of the rounds. */
export function barMonthsLinesOf(
  rounds: readonly BarMonthsRound[],
  { days, historyDays }: BarMonths,
): Line[] {
  const [ours, theirs] = [rounds.map(({ ours }) => ours), rounds.map(({ duckdbTwo }) => duckdbTwo)];
  const took = (measured: readonly Measured[]) => measured.map(({ seconds }) => seconds);
  const rows = ours[0].rows.toLocaleString("en");
  return [
    { ...seconds(`d  ${days} days → ${rows} bars of a day`, took(ours)), target: { atMost: TARGET.month } },
    peak(ours),
    seconds("   the same by DuckDB with two threads", took(theirs)),
    ratio("time", ours, theirs, ({ seconds }) => seconds),
    ratio("CPU time", ours, theirs, ({ cpuSeconds }) => cpuSeconds),
    {
      ...seconds("c  closes of a day, with the start of the program", rounds.map(({ closes }) => closes)),
      target: { atMost: TARGET.closes },
    },
    seconds("   the same file by DuckDB that runs", took(rounds.map(({ closesByDuckdb }) => closesByDuckdb))),
    {
      ...seconds(
        `i  bars of one ISIN over ${historyDays} days, with the start`,
        rounds.map(({ isin }) => isin),
      ),
      target: { atMost: TARGET.isin },
    },
    seconds("   the same files by DuckDB that runs", took(rounds.map(({ isinByDuckdb }) => isinByDuckdb))),
  ];
}

/** Prices, sums and the last price of each line and day; without the official close. The days have no corrections. */
function daysQuery(month: string): string {
  return `
    WITH judged AS (
      SELECT *, price IS NULL OR pending_price IS NOT NULL OR coalesce(price_forming IN ('T', 'J', 'N'), false)
        OR coalesce(benchmark_flag IN ('B', 'S'), false) OR coalesce(trading_mode IN ('5', '6', '7'), false)
        OR coalesce(negotiated_flag <> '-', false) OR coalesce(transaction_category IN ('Z', 'Y'), false) AS off_book,
        CAST(timezone('Europe/Berlin', timezone('UTC', trading_date_time::TIMESTAMP)) AS DATE) AS trading_day
      FROM '${new Layout(month).ofVenue(TRADES_BY_DAY, VENUE)}/*/*/*/*.parquet'
    )
    SELECT isin, price_currency, contract_date, option_category, strike_price, trading_day,
      arg_min(price, trading_date_time) FILTER (NOT off_book) AS open,
      max(price) FILTER (NOT off_book) AS high,
      min(price) FILTER (NOT off_book) AS low,
      arg_max(price, trading_date_time) FILTER (NOT off_book) AS close,
      sum(quantity) FILTER (NOT off_book) AS volume,
      sum(price * quantity) FILTER (NOT off_book) AS turnover,
      count(*) FILTER (NOT off_book AND quantity > 0) AS trades,
      count(*) FILTER (NOT off_book AND coalesce(quantity, 0) = 0) AS fixings,
      sum(quantity) FILTER (NOT off_book AND trading_mode IN ('O', 'K', 'I', 'U')) AS auction_volume,
      sum(quantity) FILTER (off_book) AS off_book_volume,
      count(*) FILTER (off_book) AS off_book_trades
    FROM judged GROUP BY ALL ORDER BY isin, price_currency, trading_day`;
}
