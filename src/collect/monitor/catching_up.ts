import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../../store/layout.ts";
import { readPending } from "../../store/state/pending_record.ts";
import type { Collected } from "../collected.ts";
import { Inventory } from "../inventory.ts";
import { filesOf, lostNames } from "../pending.ts";
import { ODD_PER_CYCLE, planDownloads } from "../download_plan.ts";

/**
 * How many downloads a cycle under way still has to make: the files that it recorded as listed and missing before it
 * began, without those that are stored or in the spool by now. Reads the footers of these dates only.
 */
export async function downloadsLeft(layout: Layout, venue: Venue, collected?: Collected): Promise<number> {
  const record = readPending(layout.pendingRecord(venue));
  const listed = filesOf(record);
  const seen = await new Inventory(layout, venue, collected).seen(listed);
  const situation = { listed, seen, givenUp: lostNames(record), reconcile: true, oddLeft: ODD_PER_CYCLE };
  return planDownloads(situation).length;
}
