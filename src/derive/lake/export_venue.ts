import { dateOfHour } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import { DamagedFile } from "../../store/damage.ts";
import type { Layout } from "../../store/layout.ts";
import { periodsOf } from "../../store/periods.ts";
import { type LockWait, VenueBusy } from "../../store/venue_lock.ts";
import { isThere } from "../../system/atomic.ts";
import { takeLock } from "../../system/lock.ts";
import { LAKE_DATASETS, type LakeDataset, type LakeName } from "./exported_datasets.ts";
import {
  type ExportedFile,
  exportPeriod,
  type ExportTools,
  type NoExport,
  ShrinkingExport,
} from "./export_period.ts";

/** A file that was not made, since what is stored of it is damaged or less than it was, or another program's file is there. */
export interface RefusedExport {
  readonly period: string;
  readonly kind: "refused";
  readonly message: string;
}

/** What became of a file of a dataset. */
export type LakeExport = { readonly what: LakeName } & (ExportedFile | NoExport | RefusedExport);

/** What is to be exported: a month of a dataset. */
export interface LakeMonth {
  readonly what: LakeName;
  /** `2026-09`. */
  readonly month: string;
}

/**
 * Brings months of a venue in a lake up to date, one after the other; `onExport` gets each file when it is done. A file that
 * is refused does not keep the others from being made. Nothing in the working directory is changed or locked. Throws
 * `VenueBusy` when another process exports the same dataset of this venue to the same lake, `CannotWrite`, what the disk
 * throws and what `breathe` throws; then the file under way is what it was.
 */
export async function exportVenue(
  venue: Venue,
  months: readonly LakeMonth[],
  tools: ExportTools,
  wait: LockWait,
  onExport: (done: LakeExport) => void,
): Promise<LakeExport[]> {
  const done: LakeExport[] = [];
  for (const { what, month } of months) {
    const dataset: LakeDataset = LAKE_DATASETS[what];
    using _lock = await lockOf(dataset, venue, tools, wait);
    const periods = periodsIn(month, dataset, venue, tools.layout);
    if (periods.length === 0) done.push({ what, period: month, kind: "nothing" });
    for (const period of periods) {
      const exported = { what, ...await exportOrRefuse(dataset, venue, period, tools) };
      onExport(exported);
      done.push(exported);
    }
  }
  return done;
}

/** A long export of quotes does not keep a daemon from exporting trades: each dataset has a lock of its own. */
async function lockOf(
  { target }: LakeDataset,
  venue: Venue,
  { lake }: ExportTools,
  { clock, patienceMillis, signal }: LockWait,
): Promise<Disposable> {
  const path = lake.lock(target, venue);
  const taken = await takeLock(path, clock, patienceMillis, signal);
  if ("lock" in taken) return taken.lock;
  throw new VenueBusy(`Another process exports ${venue} to this folder and holds ${path}: let it end`);
}

/** Of which periods a month's files are: the month itself, or its days of which anything is stored. */
function periodsIn(month: string, { stored, target }: LakeDataset, venue: Venue, layout: Layout): string[] {
  if (target.grain === "month") return [month];
  const hours = periodsOf(layout, stored, venue, month)
    .filter((hour) => isThere(layout.partition(stored, venue, hour)));
  return [...new Set(hours.map(dateOfHour))];
}

async function exportOrRefuse(
  dataset: LakeDataset,
  venue: Venue,
  period: string,
  tools: ExportTools,
): Promise<ExportedFile | NoExport | RefusedExport> {
  try {
    return await exportPeriod(dataset, venue, period, tools);
  } catch (error) {
    const isRefusal = error instanceof DamagedFile || error instanceof ShrinkingExport;
    if (isRefusal) return { period, kind: "refused", message: error.message };
    throw error;
  }
}
