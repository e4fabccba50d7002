import { join } from "node:path";
import { TRADES_BY_MONTH } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { runJob, runJobAsShipped } from "./fresh.ts";
import { MONTH, VENUE, writeRawDay } from "./raw_day.ts";
import type { Measured } from "./jobs/measured.ts";
import { peak, ratio, seconds } from "./measured_lines.ts";
import type { Line } from "./table.ts";

/** Memory in MB of 10⁶ bytes; time relative to DuckDB with two threads. */
const TARGET = { megabytes: 300, timeRatio: 0.8 };

/** A consolidation, an export of the same days, and DuckDB's consolidation of them. */
export interface MonthRound {
  readonly ours: Measured;
  readonly exported: Measured;
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
  const exported = await runJobAsShipped("export", directory, join(directory, "lake"));
  const duckdbTwo = await runJob("duckdb_month", directory, "2", out);
  if (ours.rows !== duckdbTwo.rows) throw new Error("DuckDB has stored other rows than the program");
  const made = [layout.partition(TRADES_BY_MONTH, VENUE, MONTH), join(directory, "lake"), out];
  for (const path of made) Deno.removeSync(path, { recursive: true });
  return { ours, exported, duckdbTwo };
}

/** What is printed of the rounds. */
export function monthLinesOf(rounds: readonly MonthRound[], days: number): Line[] {
  const rows = rounds[0].ours.rows.toLocaleString("en");
  const [ours, theirs] = [rounds.map(({ ours }) => ours), rounds.map(({ duckdbTwo }) => duckdbTwo)];
  const exported = rounds.map(({ exported }) => exported);
  return [
    seconds(`h  ${days} days of ${rows} trades → month`, ours.map(({ seconds }) => seconds)),
    { ...peak(ours), target: { atMost: TARGET.megabytes } },
    seconds("   the same by DuckDB with two threads", theirs.map(({ seconds }) => seconds)),
    peak(theirs),
    { ...ratio("time", ours, theirs, ({ seconds }) => seconds), target: { atMost: TARGET.timeRatio } },
    ratio("CPU time", ours, theirs, ({ cpuSeconds }) => cpuSeconds),
    ratio("size", ours, theirs, ({ bytes }) => bytes),
    seconds("   the same month exported to a lake", exported.map(({ seconds }) => seconds)),
    seconds("     CPU time", exported.map(({ cpuSeconds }) => cpuSeconds)),
    { ...peak(exported), target: { atMost: TARGET.megabytes } },
    {
      what: "     size: exported ÷ consolidated",
      values: rounds.map(({ ours, exported }) => exported.bytes / ours.bytes),
      unit: "×",
      decimals: 2,
    },
  ];
}

function weekdays(): string[] {
  const first = Temporal.PlainYearMonth.from(MONTH).toPlainDate({ day: 1 });
  return Array.from({ length: first.daysInMonth }, (_, days) => first.add({ days }))
    .filter(({ dayOfWeek }) => dayOfWeek <= 5)
    .map(String);
}
