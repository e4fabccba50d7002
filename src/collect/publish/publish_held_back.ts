import type { Venue } from "../../feed/venue.ts";
import { publishSpooled, type Tools } from "../cycle.ts";
import { underLock } from "../maintain/under_lock.ts";
import { readVenueState, writeVenueState } from "../monitor/venue_state.ts";

/**
 * Publishes what a venue's cycles left in its spool for a later cycle, when no later cycle will come. Throws as
 * `underLock` and `publishSpooled`; then the files stay in the spool, and the next run publishes them.
 */
export async function publishHeldBack(venue: Venue, tools: Tools, signal: AbortSignal): Promise<void> {
  await underLock(venue, tools, signal, async () => {
    await publishSpooled(venue, tools, signal);
    const state = readVenueState(tools.layout, venue);
    if (state !== null) await writeVenueState(tools.layout, { ...state, heldBack: null });
  });
}
