import { join } from "node:path";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { runJob, runJobAsShipped } from "./fresh.ts";
import { MONTH, VENUE, writeRawDay } from "./raw_day.ts";
import type { Measured } from "./jobs/measured.ts";
import type { Line } from "./table.ts";

/** The targets of the project's fourth issue; memory in MB of 10⁶ bytes. */
const TARGET = { megabytes: 300, timeRatio: 1 };

/** A consolidation, and DuckDB's of the same days. */
export interface MonthRound {
  readonly ours: Measured;
  readonly duckdbTwo: Measured;
}

/** Stores the weekdays of a month, of so many trades each, in a working directory; returns how many days there are. */
export async function makeMonth(directory: string, trades: number): Promise<number> {
  const dates = weekdays();
  for (const date of dates) {
    const { layout } = writeRawDay(directory, { venue: VENUE, date, trades });
    await runJob("publish", directory, date);
    Deno.removeSync(layout.rawDay(VENUE, date), { recursive: true });
  }
  return dates.length;
}

/** One after the other: a machine that slows down slows down both. */
export async function runMonthRound(directory: string): Promise<MonthRound> {
  const layout = new Layout(directory);
  const out = join(directory, "duckdb.parquet");
  const ours = await runJobAsShipped("consolidate", directory);
  const duckdbTwo = await runJob("duckdb_month", directory, "2", out);
  if (ours.rows !== duckdbTwo.rows) throw new Error("DuckDB has stored other rows than the program");
  for (const path of [layout.partition(TRADES_BY_MONTH, VENUE, MONTH), out]) Deno.removeSync(path);
  return { ours, duckdbTwo };
}

/** What is printed of the rounds. */
export function monthLinesOf(rounds: readonly MonthRound[], days: number): Line[] {
  const rows = rounds[0].ours.rows.toLocaleString("en");
  return [
    secondsOf(`h  ${days} days of ${rows} trades → month`, rounds.map(({ ours }) => ours)),
    { ...peakOf(rounds.map(({ ours }) => ours)), target: { atMost: TARGET.megabytes } },
    secondsOf("   the same by DuckDB with two threads", rounds.map(({ duckdbTwo }) => duckdbTwo)),
    peakOf(rounds.map(({ duckdbTwo }) => duckdbTwo)),
    {
      what: "     time: ours ÷ DuckDB's",
      values: rounds.map(({ ours, duckdbTwo }) => ours.seconds / duckdbTwo.seconds),
      unit: "×",
      decimals: 2,
      target: { atMost: TARGET.timeRatio },
    },
    {
      what: "     size: ours ÷ DuckDB's",
      values: rounds.map(({ ours, duckdbTwo }) => ours.bytes / duckdbTwo.bytes),
      unit: "×",
      decimals: 2,
    },
  ];
}

function secondsOf(what: string, measured: readonly Measured[]): Line {
  return { what, values: measured.map(({ seconds }) => seconds), unit: "s", decimals: 2 };
}

function peakOf(measured: readonly Measured[]): Line {
  return { what: "     peak RSS", values: measured.map(({ peakMegabytes }) => peakMegabytes), unit: "MB" };
}

function weekdays(): string[] {
  const first = Temporal.PlainYearMonth.from(MONTH).toPlainDate({ day: 1 });
  return Array.from({ length: first.daysInMonth }, (_, days) => first.add({ days }))
    .filter(({ dayOfWeek }) => dayOfWeek <= 5)
    .map(String);
}
