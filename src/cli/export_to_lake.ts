import { counted } from "../collect/counted.ts";
import { Pace } from "../collect/pace.ts";
import { type ExportChoice, exportVenue, type LakeExport } from "../derive/lake/export_venue.ts";
import type { Venue } from "../feed/venue.ts";
import { log } from "../log/log.ts";
import { LakeLayout } from "../store/lake_layout.ts";
import type { Collaborators } from "./wiring.ts";

/** How long to wait for another export of the venue: a month takes half a minute. */
const PATIENCE_MILLIS = 60_000;

/** Exports months of a venue to the lake in `folder`, and logs what became of each. Throws as `exportVenue`. */
export async function exportToLake(
  venue: Venue,
  folder: string,
  choice: ExportChoice,
  { layout, clock, createdBy, onProgress }: Pick<
    Collaborators,
    "layout" | "clock" | "createdBy" | "onProgress"
  >,
  signal: AbortSignal,
): Promise<LakeExport[]> {
  const pace = new Pace(clock, signal, onProgress);
  const tools = { layout, lake: new LakeLayout(folder), createdBy, breathe: () => pace.breathe() };
  const wait = { clock, patienceMillis: PATIENCE_MILLIS, signal };
  return await exportVenue(venue, choice, tools, wait, (done) => logExport(venue, done));
}

function logExport(venue: Venue, done: LakeExport): void {
  const what = `${venue} ${done.month}: ${done.what}`;
  if (done.kind === "refused") return log.error(`${what} not exported: ${done.message}`);
  if (done.kind === "nothing") return log.warning(`${what} not exported: nothing is stored of that month`);
  if (done.kind === "unchanged") return log.debug(`${what} unchanged in ${done.path}`);
  log.info(`${what} exported to ${done.path}: ${counted(done.rows, "row")}`);
  if (done.duplicates > 0) {
    log.warning(`${what}: ${counted(done.duplicates, "row")} left out, which an earlier day has as well`);
  }
}
