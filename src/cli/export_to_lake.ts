import { counted } from "../collect/counted.ts";
import { Pace } from "../collect/pace.ts";
import { LAKE_DATASETS } from "../derive/lake/exported_datasets.ts";
import { exportVenue, type LakeExport, type LakeMonth } from "../derive/lake/export_venue.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { LakeLayout } from "../store/lake_layout.ts";
import type { LockWait } from "../store/venue_lock.ts";
import type { Collaborators } from "./wiring.ts";

/** Exports months of a venue to the lake in `folder`, and logs what was written and what was refused. Throws as `exportVenue`. */
export async function exportToLake(
  venue: Venue,
  folder: string,
  months: readonly LakeMonth[],
  { layout, clock, createdBy, onProgress }: Pick<
    Collaborators,
    "layout" | "clock" | "createdBy" | "onProgress"
  >,
  wait: LockWait,
): Promise<LakeExport[]> {
  const pace = new Pace(clock, wait.signal, onProgress);
  const tools = { layout, lake: new LakeLayout(folder), createdBy, breathe: pace.breathe };
  return await exportVenue(venue, months, tools, wait, (done) => logExport(venue, done));
}

function logExport(venue: Venue, done: LakeExport): void {
  const what = `${venue} ${done.period}: ${done.what}`;
  if (done.kind === "refused") log.error(`${what} not exported: ${done.message}`);
  if (done.kind !== "written") return;
  log.info(`${what} exported to ${done.path}: ${counted(done.rows, "row")}`);
  if (done.duplicates > 0) {
    const { grain } = LAKE_DATASETS[done.what].stored;
    log.warning(
      `${what}: ${counted(done.duplicates, "row")} left out, which an earlier ${grain} has as well`,
    );
  }
}
