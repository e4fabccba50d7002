import { join } from "node:path";
import { REAL } from "../replica/untidy.ts";
import { runJob } from "./fresh.ts";
import { DATE, type RawDay, writeRawDay } from "./raw_day.ts";
import type { Measured } from "./jobs/measured.ts";
import type { Line } from "./table.ts";

/** Xetra is what the others are compared with; most rows of Frankfurt are fixings, those of Eurex have many keys. */
const VENUES = ["DETR", "DFRA", "DEUR"] as const;

export type Venue = typeof VENUES[number];
/** A day of each venue, with the nulls and keys that it really sends. */
export type VenueDays = Readonly<Record<Venue, RawDay>>;
/** What decoding these took. */
export type VenuesDecoded = Readonly<Record<Venue, Measured>>;

/** Makes the days, of equally many trades. */
export function makeVenueDays(folder: string, trades: number): VenueDays {
  const day = (venue: Venue) =>
    writeRawDay(join(folder, venue), { venue, date: DATE, trades, untidiness: REAL });
  return { DETR: day("DETR"), DFRA: day("DFRA"), DEUR: day("DEUR") };
}

/** One after the other, each in a process of its own. */
export async function decodeVenues(days: VenueDays): Promise<VenuesDecoded> {
  const decoded = (venue: Venue) => runJob("decode", days[venue].layout.workingDirectory, venue);
  return { DETR: await decoded("DETR"), DFRA: await decoded("DFRA"), DEUR: await decoded("DEUR") };
}

/** Rows a second of each venue, and in relation to Xetra's, whose rows have two thirds of the bytes of Eurex's. */
export function venueLinesOf(rounds: readonly VenuesDecoded[], days: VenueDays): Line[] {
  return VENUES.flatMap((venue): Line[] => [
    {
      what: `   ${days[venue].trades.toLocaleString("en")} rows of ${venue} as it sends them`,
      values: rounds.map((round) => rowsPerSecond(round[venue])),
      unit: "rows/s",
    },
    ...venue === "DETR" ? [] : [{
      what: `     ${venue} ÷ DETR`,
      values: rounds.map((round) => rowsPerSecond(round[venue]) / rowsPerSecond(round.DETR)),
      unit: "×",
      decimals: 2,
    }],
  ]);
}

function rowsPerSecond({ rows, seconds }: Measured): number {
  return rows / seconds;
}
