import { LONGEST_CYCLE_MILLIS } from "./freshness.ts";
import type { VenueState } from "./health.ts";

/**
 * The names in the spool that a daemon will publish later, at `now` in milliseconds since 1970: they do not count as
 * missing. Empty when the cycle that should publish them is overdue by the longest time that a cycle takes.
 */
export function namesHeldBack(state: VenueState | null, now: number): ReadonlySet<string> {
  const { names, until } = state?.heldBack ?? { names: [], until: "" };
  return new Set(now <= Date.parse(until) + LONGEST_CYCLE_MILLIS ? names : []);
}
