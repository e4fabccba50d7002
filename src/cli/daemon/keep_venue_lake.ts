import { storedMonths } from "../../collect/maintain/month_state.ts";
import { LAKE_DATASETS, type LakeName } from "../../derive/lake/exported_datasets.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { DailyMarks } from "../../store/state/daily_marks.ts";
import { messageOf } from "../exit.ts";
import { exportToLake } from "../export_to_lake.ts";
import type { Collaborators } from "../wiring.ts";

const DONE = "export";
/** Another export of the venue is doing the same. */
const PATIENCE_MILLIS = 0;

/**
 * Exports all months of a venue that have changed, with all that is stored of them, once a UTC day; the caller holds the
 * venue's write lock. A failure is logged, and repeated no earlier than the next day. Throws only the signal's reason; then
 * it is done in the next cycle.
 */
export async function keepVenueLake(
  venue: Venue,
  folder: string,
  tools: Collaborators,
  stop: AbortSignal,
): Promise<void> {
  const { layout, clock, oneAtATime } = tools;
  const marks = new DailyMarks(layout, venue, clock.now());
  if (marks.has(DONE)) return;
  const choice = { what: Object.keys(LAKE_DATASETS) as LakeName[], months: storedMonths(layout, venue) };
  const wait = { clock, patienceMillis: PATIENCE_MILLIS, signal: stop };
  try {
    await oneAtATime(() => exportToLake(venue, folder, choice, tools, wait));
    await marks.enter(DONE);
  } catch (error) {
    stop.throwIfAborted();
    log.error(`${venue}: the export to ${folder} failed: ${messageOf(error)}`);
  }
}
