import type { Venue } from "../../feed/venue.ts";
import { keptWithData } from "../../store/kept_files.ts";
import { clearData } from "./clear_data.ts";
import { type LockTools, underLock } from "./under_lock.ts";

/**
 * Moves files that an earlier version kept among a venue's data out of there, if there are any. Throws as `underLock`.
 */
export async function clearKept(venue: Venue, tools: LockTools, signal: AbortSignal): Promise<void> {
  if (keptWithData(tools.layout, venue).length === 0) return;
  await underLock(venue, tools, signal, ({ spool }) => Promise.resolve(clearData(spool)));
}
