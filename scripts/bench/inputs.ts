import { join } from "node:path";
import { publishDay } from "./fresh.ts";
import { DATE, type RawDay, VENUE, writeRawDay } from "./raw_day.ts";
import { makeVenueDays, type VenueDays } from "./venues.ts";

/** 14:10 to 15:10 in Berlin: at this time of the day an hour has about 30,000 of 430,000 trades. */
const HOUR = { from: 12 * 60 + 10, until: 13 * 60 + 10 };

/** Trades of the generated days. */
export interface Sizes {
  readonly day: number;
  /** With the hour that is added to it. */
  readonly grown: number;
  readonly large: number;
  /** Of each of the venues that are compared. */
  readonly venue: number;
}

export const FULL: Sizes = { day: 440_000, grown: 430_000, large: 1_500_000, venue: 300_000 };
export const QUICK: Sizes = { day: 44_000, grown: 43_000, large: 150_000, venue: 30_000 };

/** What the benchmarks work on. */
export interface Inputs {
  /** The folder of all of them; what a benchmark writes goes there as well. */
  readonly folder: string;
  readonly day: RawDay;
  readonly large: RawDay;
  /** The 60 files of an hour, and the partition that holds the rest of their day. */
  readonly hour: RawDay;
  readonly beforeHour: RawDay;
  readonly venues: VenueDays;
}

/** Makes the days; the same on every machine. */
export async function makeInputs(folder: string, sizes: Sizes): Promise<Inputs> {
  const isInHour = (minute: number) => minute >= HOUR.from && minute < HOUR.until;
  const day = (name: string, trades: number, chosen?: (minute: number) => boolean) =>
    writeRawDay(join(folder, name), { venue: VENUE, date: DATE, trades }, chosen);
  const inputs = {
    folder,
    day: day("day", sizes.day),
    large: day("large", sizes.large),
    hour: day("hour", sizes.grown, isInHour),
    beforeHour: day("before-hour", sizes.grown, (minute) => !isInHour(minute)),
    venues: makeVenueDays(folder, sizes.venue),
  };
  await publishDay(inputs.beforeHour.layout);
  return inputs;
}
