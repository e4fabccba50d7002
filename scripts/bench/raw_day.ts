import { dirname } from "node:path";
import { fileNamed } from "../../src/feed/file_names.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { type DaySpec, generateDay } from "../replica/day.ts";
import { compressed } from "../replica/wire.ts";

/** Which day the benchmarks use; any day of the `2026-mifid` era would do. */
export const VENUE = "DETR";
export const DATE = "2026-09-01";
/** The month of the consolidation; its weekdays are its days. */
export const MONTH = "2026-09";
/** The minute files of that UTC date. */
const MINUTES = { from: 0, until: 22 * 60 };

/** Raw files of a day in the spool of a working directory of its own. */
export interface RawDay {
  readonly layout: Layout;
  readonly files: number;
  readonly trades: number;
  /** Before compression. */
  readonly bytes: number;
}

/** Writes those minute files of a day that `chosen` picks by their minute. */
export function writeRawDay(
  directory: string,
  spec: DaySpec,
  chosen: (minute: number) => boolean = () => true,
): RawDay {
  const day = { layout: new Layout(directory), files: 0, trades: 0, bytes: 0 };
  Deno.mkdirSync(day.layout.rawDay(spec.venue, spec.date), { recursive: true });
  Deno.mkdirSync(dirname(day.layout.partition(TRADES_BY_DAY, spec.venue, spec.date)), { recursive: true });
  for (const minute of generateDay({ minutes: MINUTES, ...spec })) {
    if (!chosen(minute.minute)) continue;
    Deno.writeFileSync(day.layout.rawFile(fileNamed(minute.name)!), compressed(minute.ndjson));
    day.files++;
    day.trades += minute.trades.length;
    day.bytes += minute.ndjson.length;
  }
  return day;
}
