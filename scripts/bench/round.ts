import { join } from "node:path";
import { publishDay, runJob, runProgram } from "./fresh.ts";
import type { Inputs } from "./inputs.ts";
import { DATE, VENUE } from "./raw_day.ts";
import type { Measured } from "./jobs/measured.ts";
import { type Fetched, fetchHour, fetchManyFiles } from "./under_quota.ts";
import { decodeVenues, type VenuesDecoded } from "./venues.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";

/** Everything measured once. */
export interface Round {
  readonly day: Measured;
  readonly duckdbTwo: Measured;
  readonly duckdbOne: Measured;
  readonly grown: Measured;
  readonly duckdbGrown: Measured;
  readonly hour: Fetched;
  readonly manyFiles: Fetched;
  readonly decoded: Measured;
  readonly venues: VenuesDecoded;
  readonly large: Measured;
  readonly versionSeconds: number;
  readonly helpSeconds: number;
}

/** One after the other, and all of them in each round: a machine that slows down slows down all. */
export async function runRound(inputs: Inputs): Promise<Round> {
  const { folder, day, hour, beforeHour, large } = inputs;
  const partition = (layout: typeof day.layout) => layout.partition(TRADES_BY_DAY, VENUE, DATE);
  const duckdb = ({ workingDirectory }: typeof day.layout, threads: number, ...stored: string[]) =>
    runJob("duckdb", workingDirectory, String(threads), join(folder, "duckdb.parquet"), ...stored);

  Deno.copyFileSync(partition(beforeHour.layout), partition(hour.layout));
  const round = {
    day: await publishDay(day.layout),
    duckdbTwo: await duckdb(day.layout, 2),
    duckdbOne: await duckdb(day.layout, 1),
    grown: await publishDay(hour.layout),
    duckdbGrown: await duckdb(hour.layout, 2, partition(beforeHour.layout)),
    hour: await fetchHour(folder, hour),
    manyFiles: await fetchManyFiles(folder, day),
    decoded: await runJob("decode", day.layout.workingDirectory),
    venues: await decodeVenues(inputs.venues),
    large: await publishDay(large.layout),
    versionSeconds: await runProgram("--version"),
    helpSeconds: await runProgram("--help"),
  };
  for (const { layout } of [day, large]) Deno.removeSync(partition(layout));
  if (round.day.rows !== round.duckdbTwo.rows || round.grown.rows !== round.duckdbGrown.rows) {
    throw new Error("DuckDB has stored other rows than the program");
  }
  return round;
}
