import type { Venue } from "../../feed/venue.ts";
import { DamagedFile } from "../../store/damage.ts";
import { ShrinkingMonth } from "../../store/month/month.ts";
import { type LockWait, VenueBusy } from "../../store/venue_lock.ts";
import { takeLock } from "../../system/lock.ts";
import { LAKE_DATASETS, type LakeName } from "./exported_datasets.ts";
import { exportMonth, type ExportTools, type MonthExport } from "./export_month.ts";

/** A month that was not exported, since what is stored of it is damaged or less than it was, or another program's file is there. */
export interface RefusedExport {
  readonly month: string;
  readonly kind: "refused";
  readonly message: string;
}

/** What became of a month of a dataset. */
export type LakeExport = { readonly what: LakeName } & (MonthExport | RefusedExport);

/** What is to be exported of a venue. */
export interface ExportChoice {
  readonly what: readonly LakeName[];
  /** `2026-09`, the oldest first. */
  readonly months: readonly string[];
}

/**
 * Brings months of a venue in a lake up to date, one after the other; `onExport` gets each when it is done. A month that is
 * refused does not keep the others from being made. Nothing in the working directory is changed or locked. Throws
 * `VenueBusy` when another process exports this venue to the same lake, `CannotWrite`, what the disk throws and what
 * `breathe` throws; then the month under way is what it was.
 */
export async function exportVenue(
  venue: Venue,
  { what, months }: ExportChoice,
  tools: ExportTools,
  { clock, patienceMillis, signal }: LockWait,
  onExport: (done: LakeExport) => void,
): Promise<LakeExport[]> {
  const path = tools.lake.lock(venue);
  const taken = await takeLock(path, clock, patienceMillis, signal);
  if ("holder" in taken) {
    throw new VenueBusy(`Another process exports ${venue} to this folder and holds ${path}: let it end`);
  }
  using _lock = taken.lock;
  const done: LakeExport[] = [];
  for (const month of months) {
    for (const name of what) {
      const exported = { what: name, ...await exportOrRefuse(name, venue, month, tools) };
      onExport(exported);
      done.push(exported);
    }
  }
  return done;
}

async function exportOrRefuse(
  name: LakeName,
  venue: Venue,
  month: string,
  tools: ExportTools,
): Promise<MonthExport | RefusedExport> {
  try {
    return await exportMonth(LAKE_DATASETS[name], venue, month, tools);
  } catch (error) {
    const isRefusal = error instanceof DamagedFile || error instanceof ShrinkingMonth;
    if (isRefusal) return { month, kind: "refused", message: error.message };
    throw error;
  }
}
