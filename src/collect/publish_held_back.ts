import type { Venue } from "../feed/venue.ts";
import { publishSpooled, type Tools } from "./cycle.ts";
import { underLock } from "./maintain/under_lock.ts";
import { readVenueState, writeVenueState } from "./monitor/venue_state.ts";

/**
 * Publishes what the cycles of a venue have left in its spool for a later one that will not come. Throws as `underLock`
 * and `publishSpooled`; then it stays there, and the next run publishes it.
 */
export async function publishHeldBack(venue: Venue, tools: Tools, signal: AbortSignal): Promise<void> {
  await underLock(venue, tools, signal, async () => {
    await publishSpooled(venue, tools, signal);
    const state = readVenueState(tools.layout, venue);
    if (state !== null) await writeVenueState(tools.layout, { ...state, heldBack: null });
  });
}
