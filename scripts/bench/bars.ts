import { join } from "node:path";
import { BARS_1M, TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { runJob, runJobAsShipped } from "./fresh.ts";
import type { Measured } from "./jobs/measured.ts";
import { peak, ratio, seconds } from "./measured_lines.ts";
import { DATE, VENUE, writeRawDay } from "./raw_day.ts";
import type { Line } from "./table.ts";

/** The targets of the project's fourteenth issue; memory in MB of 10⁶ bytes. */
const TARGET = { megabytes: 120, timeRatio: 0.5 };

/** The bars of a day by the program, and by DuckDB with two threads. */
export interface BarsRound {
  readonly ours: Measured;
  readonly duckdbTwo: Measured;
}

/** Stores a day of so many trades in a working directory. */
export async function makeTrades(directory: string, trades: number): Promise<void> {
  writeRawDay(directory, { venue: VENUE, date: DATE, trades });
  await runJob("publish", directory, DATE);
}

/** One after the other: a machine that slows down slows down both. Throws when they count other bars. */
export async function runBarsRound(directory: string): Promise<BarsRound> {
  const layout = new Layout(directory);
  const out = join(directory, "duckdb_bars.parquet");
  const ours = await runJobAsShipped("bars", directory, DATE);
  const duckdbTwo = await runJob("duckdb_bars", layout.partition(TRADES_BY_DAY, VENUE, DATE), "2", out);
  if (ours.rows !== duckdbTwo.rows) throw new Error("DuckDB has made other bars than the program");
  for (const path of [layout.partition(BARS_1M, VENUE, DATE), out]) Deno.removeSync(path);
  return { ours, duckdbTwo };
}

/** What is printed of the rounds. */
export function barsLinesOf(rounds: readonly BarsRound[]): Line[] {
  const [ours, theirs] = [rounds.map(({ ours }) => ours), rounds.map(({ duckdbTwo }) => duckdbTwo)];
  return [
    seconds(
      `b  a day → ${ours[0].rows.toLocaleString("en")} bars of a minute`,
      ours.map(({ seconds }) => seconds),
    ),
    { ...peak(ours), target: { atMost: TARGET.megabytes } },
    seconds("   the same by DuckDB with two threads", theirs.map(({ seconds }) => seconds)),
    peak(theirs),
    { ...ratio("time", ours, theirs, ({ seconds }) => seconds), target: { atMost: TARGET.timeRatio } },
    ratio("CPU time", ours, theirs, ({ cpuSeconds }) => cpuSeconds),
  ];
}
