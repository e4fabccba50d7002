import { shareOfStages } from "./fresh.ts";
import { DATE, type RawDay, VENUE, writeRawDay } from "./raw_day.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import type { Line } from "./table.ts";

/** For each stage of publishing a day, its share of the main thread's time. */
export type Stages = Readonly<Record<string, number>>;

/** The day that is published. */
export function makeStagedDay(directory: string, trades: number): RawDay {
  return writeRawDay(directory, { venue: VENUE, date: DATE, trades });
}

export async function runStages({ layout }: RawDay): Promise<Stages> {
  const stages = await shareOfStages(layout);
  Deno.removeSync(layout.partition(TRADES_BY_DAY, VENUE, DATE));
  return stages;
}

/** What is printed of the rounds, the largest share first. */
export function stagesLinesOf(rounds: readonly Stages[]): Line[] {
  const lines = Object.keys(rounds[0]).map((stage): Line & { values: number[] } => ({
    what: `   ${stage}`,
    values: rounds.map((round) => 100 * round[stage]),
    unit: "%",
    decimals: 1,
  }));
  return lines.sort((a, b) => Math.max(...b.values) - Math.max(...a.values));
}
