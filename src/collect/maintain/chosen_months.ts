import type { Venue } from "../../feed/venue.ts";
import { Pace } from "../pace.ts";
import {
  consolidate,
  type Consolidated,
  type ConsolidationTools,
  isRefusal,
  planConsolidation,
} from "./consolidate.ts";
import {
  hasEnded,
  isWholeMonth,
  lastEndedMonth,
  type MonthState,
  type MonthTools,
  stateOfMonth,
  storedMonths,
} from "./month_state.ts";
import { underLock } from "./under_lock.ts";

/** Which months to consolidate: one (by default the last that has ended) or all. */
export interface MonthChoice {
  /** `2026-09`. */
  readonly month?: string;
  /** Every month that has ended and has a stored day. */
  readonly all?: true;
  /** Also months that are not whole. Together with `all`, this includes the month that is not over yet. */
  readonly yes?: true;
}

/** Asks whether to make a month as it is now; called only for months that would be made. */
export type Agree = (state: MonthState) => Promise<boolean>;

/** The chosen months of a venue, oldest first; empty if all are chosen and none has ended. */
export function chosenMonths(
  venue: Venue,
  { month, all, yes }: MonthChoice,
  { layout, clock }: Pick<MonthTools, "layout" | "clock">,
): string[] {
  if (!all) return [month ?? lastEndedMonth(clock.now())];
  return storedMonths(layout, venue).filter((month) => yes || hasEnded(month, clock.now()));
}

/**
 * Makes the files of the chosen months under the venue's write lock. With `agree`, makes the months for which it
 * returns true; without `agree` and without `yes`, a month must be whole. Throws as `underLock` and `consolidate`, and
 * what `agree` throws.
 */
export async function consolidateChosen(
  venue: Venue,
  chosen: readonly string[],
  { yes, agree }: { readonly yes?: true; readonly agree: Agree | null },
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<Consolidated[]> {
  const agreed = agree === null ? chosen : await agreedMonths(venue, chosen, agree, tools, signal);
  if (agreed.length === 0) return [];
  const putUpWith = yes || agree !== null ? () => true : isWholeMonth;
  return await underLock(venue, tools, signal, () => consolidate(venue, agreed, putUpWith, tools, signal));
}

/**
 * The months that the user does not decline. No lock is held meanwhile, since the user may take hours to answer. If
 * there is nothing to decide about a month, the user is not asked, and the consolidation says why.
 */
async function agreedMonths(
  venue: Venue,
  months: readonly string[],
  agree: Agree,
  tools: ConsolidationTools,
  signal: AbortSignal,
): Promise<string[]> {
  const pace = new Pace(tools.clock, signal, tools.onProgress);
  const agreed: string[] = [];
  for (const month of months) {
    const state = await stateUnlessRefused(venue, month, tools, pace);
    const isAsked = state !== null && planConsolidation(state, () => true).kind === "consolidate";
    if (!isAsked || await agree(state)) agreed.push(month);
  }
  return agreed;
}

async function stateUnlessRefused(
  venue: Venue,
  month: string,
  tools: ConsolidationTools,
  pace: Pace,
): Promise<MonthState | null> {
  try {
    return await stateOfMonth(venue, month, tools, pace);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
