import { isDeepStrictEqual } from "node:util";
import type { Spool } from "../../store/spool/spool.ts";
import { contradictionsOf } from "../publish/contradictions.ts";
import { rejectedNames } from "../rejected.ts";
import { readVenueState, writeVenueState } from "./venue_state.ts";

/**
 * Updates the monitoring files at once, without waiting for the next cycle, when rejections or contradictions have been
 * resolved.
 */
export async function refreshVenueState(spool: Spool): Promise<void> {
  const state = readVenueState(spool.layout, spool.venue);
  if (state === null) return;
  const { unaccepted: rejected } = await rejectedNames(spool);
  const now = { ...state, rejected, contradictions: await contradictionsOf(spool) };
  if (!isDeepStrictEqual(now, state)) await writeVenueState(spool.layout, now);
}
