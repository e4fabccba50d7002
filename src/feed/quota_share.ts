import type { QuotaLimit } from "./quota.ts";

/**
 * The part of each window that quotes leave to trades: more than the four or five files that come of all venues' trades
 * each minute, so that these never wait for quotes; and quotes, of five services at most, never lack it.
 */
const PART_OF_TRADES = 0.2;

/** What quotes may take of a quota whose other part is for trades; both count what either has taken. */
export function shareOfQuotes({ requests, windowMillis }: QuotaLimit): QuotaLimit {
  return { requests: Math.max(1, requests - Math.ceil(requests * PART_OF_TRADES)), windowMillis };
}
