import { BARS_1M_ROWS } from "../feed/records/bars.ts";
import { workshopOf } from "../store/aside.ts";
import { writeBatches } from "../store/write_batches.ts";
import { BARS_1M } from "../store/datasets.ts";
import type { Layout } from "../store/layout.ts";
import { originsOf } from "../store/open_sources.ts";
import type { DaySources } from "./day_sources.ts";
import type { LeftOut } from "./day_trades.ts";
import { deriveBars, hasTurnover } from "./derive_bars.ts";
import { fastestMinutes } from "./fastest_minutes.ts";
import { openPartitions, questionOf } from "./open_partitions.ts";
import type { IndexedPartition, PartitionIndex } from "./partition_index.ts";
import { checkBars, isCurrent, originFacts, readBars } from "./stored_bars.ts";

/** What is needed to make bars. */
export interface DeriveTools {
  readonly layout: Layout;
  /** The program and version that the footer of a file of bars names as its writer. */
  readonly createdBy: string;
  /** Awaited often, so that other work gets a turn; an error from it ends the work. */
  readonly breathe: () => Promise<void>;
}

/** The result of updating stored bars. */
export interface Refreshed {
  /** `nothing`: no row of the day or month is stored. */
  readonly kind: "written" | "unchanged" | "nothing";
  readonly bars: number;
  /** Corrections whose trade is not stored. */
  readonly unmatched: number;
}

/** The result for the bars of a minute of a day. */
export interface RefreshedDay extends Refreshed {
  readonly date: string;
}

/**
 * Brings the stored one-minute bars of a trading day up to date: makes them anew if they were made from different
 * partitions or by other rules, or are damaged. The caller holds the venue's write lock. Throws `DamagedPartition`,
 * `CannotWrite`, the disk's errors and what `breathe` throws; then the bars are unchanged.
 */
export async function refreshMinutes(
  index: PartitionIndex,
  date: string,
  tools: DeriveTools,
): Promise<RefreshedDay> {
  const path = tools.layout.partition(BARS_1M, index.venue, date);
  const sources = await index.sourcesOf(date);
  if (sources.partitions.length === 0) return { date, kind: "nothing", bars: 0, unmatched: 0 };
  const stored = await checkBars(path);
  if (stored !== null && isCurrent(stored, sources.partitions)) {
    return { date, kind: "unchanged", bars: stored.rows, unmatched: stored.unmatched };
  }
  return { date, kind: "written", ...await writeMinutes(path, index, date, sources, tools) };
}

/** Whether the stored one-minute bars of a trading day are up to date, according to the footers. Throws as `PartitionIndex`. */
export async function areMinutesCurrent(index: PartitionIndex, date: string): Promise<boolean> {
  const { partitions } = await index.sourcesOf(date);
  const stored = await readBars(index.layout.partition(BARS_1M, index.venue, date));
  return stored === null ? partitions.length === 0 : isCurrent(stored, partitions);
}

async function writeMinutes(
  path: string,
  { venue }: PartitionIndex,
  date: string,
  sources: DaySources<IndexedPartition>,
  { layout, createdBy, breathe }: DeriveTools,
): Promise<Pick<Refreshed, "bars" | "unmatched">> {
  using open = await openPartitions(sources.partitions);
  const leftOut: LeftOut = { unmatched: 0 };
  const question = questionOf(date, sources, null);
  const batches = deriveBars(fastestMinutes(hasTurnover(venue)), open.all, question, leftOut, breathe);
  const keep = () => originFacts({ partitions: originsOf(open), ...leftOut });
  const options = { type: BARS_1M_ROWS, createdBy, breathe, workshop: workshopOf(layout, path) };
  const bars = await writeBatches(path, batches, keep, options);
  return { bars, ...leftOut };
}
