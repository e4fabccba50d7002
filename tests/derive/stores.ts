import { DayFiles } from "../../src/derive/days/day_files.ts";
import { type RefreshedMonth, refreshMonth } from "../../src/derive/days/refresh_month.ts";
import { PartitionIndex } from "../../src/derive/partition_index.ts";
import { type RefreshedDay, refreshMinutes } from "../../src/derive/refresh_minutes.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { publish } from "../store/parquet_files.ts";
import type { PlacedRow } from "./stories.ts";

const breathe = () => Promise.resolve();

/** Publishes rows into the partitions of their dates, as those of one more minute file per date. */
export async function publishRows(
  dir: string,
  venue: string,
  rows: readonly PlacedRow[],
  minute = "08_00",
): Promise<void> {
  const layout = new Layout(dir);
  for (const [date, placed] of Map.groupBy(rows, ({ date }) => date)) {
    const path = layout.partition(TRADES_BY_DAY, venue, date);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await publish(path, minute, placed.map(({ row }) => row));
  }
}

/** Brings the bars of these days up to date; by default of all stored days. */
export async function refresh(dir: string, venue: string, days?: readonly string[]): Promise<RefreshedDay[]> {
  const layout = new Layout(dir);
  const index = new PartitionIndex(layout, venue, breathe);
  const refreshed: RefreshedDay[] = [];
  for (const day of days ?? await index.days()) {
    refreshed.push(await refreshMinutes(index, day, { layout, createdBy: "a test", breathe }));
  }
  return refreshed;
}

/** Brings the bars of the days of these months up to date; by default of all stored months. */
export async function refreshMonths(
  dir: string,
  venue: string,
  months?: readonly string[],
): Promise<RefreshedMonth[]> {
  const layout = new Layout(dir);
  const files = new DayFiles(new PartitionIndex(layout, venue, breathe));
  const refreshed: RefreshedMonth[] = [];
  for (const month of months ?? await files.months()) {
    refreshed.push(await refreshMonth(files, month, { layout, createdBy: "a test", breathe }));
  }
  return refreshed;
}
