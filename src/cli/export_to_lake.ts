import { counted } from "../collect/counted.ts";
import { Pace } from "../collect/pace.ts";
import { type ExportChoice, exportVenue, type LakeExport } from "../derive/lake/export_venue.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { LakeLayout } from "../store/lake_layout.ts";
import type { LockWait } from "../store/venue_lock.ts";
import type { Collaborators } from "./wiring.ts";

/** Exports months of a venue to the lake in `folder`, and logs what was written and what was refused. Throws as `exportVenue`. */
export async function exportToLake(
  venue: Venue,
  folder: string,
  choice: ExportChoice,
  { layout, clock, createdBy, onProgress }: Pick<
    Collaborators,
    "layout" | "clock" | "createdBy" | "onProgress"
  >,
  wait: LockWait,
): Promise<LakeExport[]> {
  const pace = new Pace(clock, wait.signal, onProgress);
  const tools = { layout, lake: new LakeLayout(folder), createdBy, breathe: () => pace.breathe() };
  return await exportVenue(venue, choice, tools, wait, (done) => logExport(venue, done));
}

function logExport(venue: Venue, done: LakeExport): void {
  const what = `${venue} ${done.month}: ${done.what}`;
  if (done.kind === "refused") log.error(`${what} not exported: ${done.message}`);
  if (done.kind !== "written") return;
  log.info(`${what} exported to ${done.path}: ${counted(done.rows, "row")}`);
  if (done.duplicates > 0) {
    log.warning(`${what}: ${counted(done.duplicates, "row")} left out, which an earlier day has as well`);
  }
}
