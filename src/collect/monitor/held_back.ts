import { LONGEST_CYCLE_MILLIS } from "./freshness.ts";
import type { VenueState } from "./health.ts";

/**
 * The names in the spool that a daemon will publish, at `now` in milliseconds since 1970: they lack nothing. None any more
 * when the cycle that should have done it is overdue by the time that the longest takes.
 */
export function namesHeldBack(state: VenueState | null, now: number): ReadonlySet<string> {
  const { names, until } = state?.heldBack ?? { names: [], until: "" };
  return new Set(now <= Date.parse(until) + LONGEST_CYCLE_MILLIS ? names : []);
}
