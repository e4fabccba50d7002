import { dirname, join } from "node:path";
import { fileNamed } from "../../src/feed/source_file.ts";
import { Layout } from "../../src/store/layout.ts";
import { generateDay } from "../replica/day.ts";
import { compressed } from "../replica/wire.ts";
import { publishDay } from "./fresh.ts";

/** Which day the benchmarks use; any day of the `2026-mifid` era would do. */
export const VENUE = "DETR";
export const DATE = "2026-09-01";
/** The month of the consolidation; its weekdays are its days. */
export const MONTH = "2026-09";

/** 14:10 to 15:10 in Berlin: at this time of the day an hour has about 30,000 of 430,000 trades. */
const HOUR = { from: 12 * 60 + 10, until: 13 * 60 + 10 };

/** Trades of the generated days. */
export interface Sizes {
  readonly day: number;
  /** With the hour that is added to it. */
  readonly grown: number;
  readonly large: number;
}

export const FULL: Sizes = { day: 440_000, grown: 430_000, large: 1_500_000 };
export const QUICK: Sizes = { day: 44_000, grown: 43_000, large: 150_000 };

/** Raw files of a day in the spool of a working directory of its own. */
export interface RawDay {
  readonly layout: Layout;
  readonly files: number;
  readonly trades: number;
  /** Before compression. */
  readonly bytes: number;
}

/** What the benchmarks work on. */
export interface Inputs {
  /** The folder of all of them; what a benchmark writes goes there as well. */
  readonly folder: string;
  readonly day: RawDay;
  readonly large: RawDay;
  /** The 60 files of an hour, and the partition that holds the rest of their day. */
  readonly hour: RawDay;
  readonly beforeHour: RawDay;
}

/** Makes the days; the same on every machine. */
export async function makeInputs(folder: string, sizes: Sizes): Promise<Inputs> {
  const isInHour = (minute: number) => minute >= HOUR.from && minute < HOUR.until;
  const inputs = {
    folder,
    day: writeRawDay(join(folder, "day"), sizes.day),
    large: writeRawDay(join(folder, "large"), sizes.large),
    hour: writeRawDay(join(folder, "hour"), sizes.grown, isInHour),
    beforeHour: writeRawDay(join(folder, "before-hour"), sizes.grown, (minute) => !isInHour(minute)),
  };
  await publishDay(inputs.beforeHour.layout);
  return inputs;
}

/** Writes those minute files of a tidy day of so many trades that `chosen` picks by their minute. */
function writeRawDay(
  directory: string,
  trades: number,
  chosen: (minute: number) => boolean = () => true,
): RawDay {
  const day = { layout: new Layout(directory), files: 0, trades: 0, bytes: 0 };
  Deno.mkdirSync(day.layout.rawDay(VENUE, DATE), { recursive: true });
  Deno.mkdirSync(dirname(day.layout.partition(VENUE, DATE)), { recursive: true });
  for (const minute of generateDay({ venue: VENUE, date: DATE, trades })) {
    if (!chosen(minute.minute)) continue;
    Deno.writeFileSync(day.layout.rawFile(fileNamed(minute.name)!), compressed(minute.ndjson));
    day.files++;
    day.trades += minute.trades.length;
    day.bytes += minute.ndjson.length;
  }
  return day;
}
