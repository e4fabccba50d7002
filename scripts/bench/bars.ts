import { dirname, join } from "node:path";
import { BARS_1M, TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { fileNamed } from "../../src/feed/file_names.ts";
import { generateDay } from "../replica/day.ts";
import { compressed } from "../replica/wire.ts";
import { runJob, runJobAsShipped } from "./fresh.ts";
import type { Measured } from "./jobs/measured.ts";
import { DATE, VENUE } from "./raw_day.ts";
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
  const layout = new Layout(directory);
  Deno.mkdirSync(dirname(layout.partition(TRADES_BY_DAY, VENUE, DATE)), { recursive: true });
  for (const { name, ndjson } of generateDay({ venue: VENUE, date: DATE, trades })) {
    const path = layout.rawFile(fileNamed(name)!);
    Deno.mkdirSync(dirname(path), { recursive: true }); // in summer the first hour has the date before
    Deno.writeFileSync(path, compressed(ndjson));
  }
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
  const rows = rounds[0].ours.rows.toLocaleString("en");
  const seconds = (of: keyof BarsRound) => rounds.map((round) => round[of].seconds);
  const peaks = (of: keyof BarsRound) => rounds.map((round) => round[of].peakMegabytes);
  return [
    { what: `b  a day → ${rows} bars of a minute`, values: seconds("ours"), unit: "s", decimals: 2 },
    { what: "     peak RSS", values: peaks("ours"), unit: "MB", target: { atMost: TARGET.megabytes } },
    { what: "   the same by DuckDB with two threads", values: seconds("duckdbTwo"), unit: "s", decimals: 2 },
    { what: "     peak RSS", values: peaks("duckdbTwo"), unit: "MB" },
    {
      what: "     time: ours ÷ DuckDB's",
      values: rounds.map(({ ours, duckdbTwo }) => ours.seconds / duckdbTwo.seconds),
      unit: "×",
      decimals: 2,
      target: { atMost: TARGET.timeRatio },
    },
  ];
}
