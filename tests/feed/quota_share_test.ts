import assert from "node:assert/strict";
import { claim, FRESH, type QuotaLimit, type QuotaState } from "../../src/feed/quota.ts";
import { shareOfQuotes } from "../../src/feed/quota_share.ts";

const LIMIT: QuotaLimit = { requests: 30, windowMillis: 60_000 };

/** How many requests are granted at once. */
function granted(limit: QuotaLimit, from: QuotaState): { count: number; state: QuotaState } {
  let [count, state] = [0, from];
  for (;;) {
    const next = claim(state, 1_000, limit);
    if (next.wait > 0) return { count, state };
    [count, state] = [count + 1, next.state];
  }
}

Deno.test("quotes leave a fifth of each window to trades, which may use the whole window", () => {
  assert.deepEqual(shareOfQuotes(LIMIT), { requests: 24, windowMillis: 60_000 });
  const quotes = granted(shareOfQuotes(LIMIT), FRESH);
  assert.equal(quotes.count, 24);
  assert.equal(granted(LIMIT, quotes.state).count, 6);
  const trades = granted(LIMIT, FRESH);
  assert.equal(trades.count, 30);
  assert.equal(granted(shareOfQuotes(LIMIT), trades.state).count, 0);
});

Deno.test("quotes leave a fifth also when the phase of the windows is known, and always have at least one request", () => {
  const known = { ...FRESH, phase: 0 };
  assert.equal(granted(shareOfQuotes(LIMIT), known).count, 24);
  assert.equal(shareOfQuotes({ requests: 1, windowMillis: 1000 }).requests, 1);
});
