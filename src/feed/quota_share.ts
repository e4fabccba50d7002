import { claim, type Claimed, type QuotaLimit, type QuotaState } from "./quota.ts";

/**
 * The part of each window that quotes leave to trades: more than the four or five files that come of all venues' trades
 * each minute, so that these never wait for quotes; and quotes, of five services at most, never lack it.
 */
const PART_OF_TRADES = 0.2;
/** The longest time for which a claim of trades can hold quotes back, in windows: its own wait, and one more. */
const LONGEST_HOLD = 2.1;
/** How often quotes look whether trades have caught up, in windows. */
const LOOK = 1 / 12;

/** What quotes may take of a quota whose other part is for trades; both count what either has taken. */
export function shareOfQuotes(limit: QuotaLimit): QuotaLimit {
  return { ...limit, requests: Math.max(1, limit.requests - partOfTrades(limit)) };
}

/**
 * A claim of trades that have `left` more requests to make, this one included. More than their part of a window is a
 * backlog: quotes get nothing until it is done. Should the process that has it end before, that is forgotten a window
 * after its last claim.
 */
export function claimOfTrades(
  state: QuotaState,
  now: number,
  limit: QuotaLimit,
  left: number,
): Claimed {
  const { state: { tradesUntil: _, ...others }, wait } = claim(state, now, limit);
  if (left <= partOfTrades(limit)) return { state: others, wait };
  return { state: { ...others, tradesUntil: now + wait + limit.windowMillis }, wait };
}

/** A claim of quotes: of what trades leave. `limit` is the share of quotes. */
export function claimOfQuotes(state: QuotaState, now: number, limit: QuotaLimit): Claimed {
  const wait = waitForTrades(state, now, limit);
  return wait > 0 ? { state, wait } : claim(state, now, limit);
}

/** How long quotes wait before they look again whether trades have caught up, in milliseconds; 0 when these have. */
export function waitForTrades(
  { tradesUntil = 0 }: QuotaState,
  now: number,
  { windowMillis }: QuotaLimit,
): number {
  const left = tradesUntil - now;
  // Longer than trades can ask for: the clock was set back.
  if (left <= 0 || left > LONGEST_HOLD * windowMillis) return 0;
  return Math.ceil(Math.min(left, LOOK * windowMillis));
}

function partOfTrades({ requests }: QuotaLimit): number {
  return Math.ceil(requests * PART_OF_TRADES);
}
