import assert from "node:assert/strict";
import fc from "fast-check";
import { claim, type Claimed, FRESH, Quota, type QuotaLimit, type QuotaState } from "../../src/feed/quota.ts";
import { claimOfQuotes, claimOfTrades, shareOfQuotes } from "../../src/feed/quota_share.ts";
import { FakeClock } from "./fake_clock.ts";
import { MemoryStore } from "./memory_quota.ts";

const LIMIT: QuotaLimit = { requests: 30, windowMillis: 60_000 };
const NOW = Date.parse("2026-09-01T10:00:00Z");
const MINUTE = 60_000;

/** How many requests are granted at once. */
function granted(limit: QuotaLimit, from: QuotaState): { count: number; state: QuotaState } {
  let [count, state] = [0, from];
  for (;;) {
    const next = claim(state, 1_000, limit);
    if (next.wait > 0) return { count, state };
    [count, state] = [count + 1, next.state];
  }
}

/** Who asks for requests under one quota, each as soon as it may. */
interface Asker {
  readonly who: "trades" | "quotes";
  /** When it wants each of its requests, in milliseconds after the start, in order. */
  readonly wants: readonly number[];
  /** How many it plans beyond these, and never makes: its process is killed. */
  readonly unmade?: number;
}

const trades = (wants: readonly number[], unmade = 0): Asker => ({ who: "trades", wants, unmade });
const quotes = (wants: readonly number[]): Asker => ({ who: "quotes", wants });
/** So many at once. */
const backlog = (requests: number, at = 0): number[] => Array(requests).fill(at);

/** A request that was granted so long after the start. */
interface Grant {
  readonly who: Asker["who"];
  readonly at: number;
  readonly waited: number;
}

/** Everything that is granted in the first `minutes`; at one moment quotes ask first. */
function grantsIn(minutes: number, askers: readonly Asker[], from: QuotaState): Grant[] {
  const grants: Grant[] = [];
  let state = from;
  const queue = askers.map((asker) => ({ ...asker, made: 0, next: asker.wants[0] }));
  for (;;) {
    const turn = queue.filter(({ made, wants }) => made < wants.length)
      .sort((a, b) => a.next - b.next || (a.who < b.who ? -1 : 1))[0];
    if (turn === undefined || turn.next >= minutes * MINUTE) return grants;
    const planned = turn.wants.filter((at, i) => i >= turn.made && at <= turn.next).length;
    const answer: Claimed = turn.who === "quotes"
      ? claimOfQuotes(state, NOW + turn.next, shareOfQuotes(LIMIT))
      : claimOfTrades(state, NOW + turn.next, LIMIT, planned + (turn.unmade ?? 0));
    state = answer.state;
    if (answer.wait > 0) turn.next += answer.wait;
    else {
      grants.push({ who: turn.who, at: turn.next, waited: turn.next - turn.wants[turn.made] });
      turn.next = Math.max(turn.next, turn.wants[++turn.made] ?? 0);
    }
  }
}

/** How many either got in each minute: `trades/quotes`. */
function byMinute(grants: readonly Grant[], minutes: number): string[] {
  return Array.from({ length: minutes }, (_, minute) => {
    const own = grants.filter(({ at }) => Math.floor(at / MINUTE) === minute);
    const count = (who: Asker["who"]) => own.filter((grant) => grant.who === who).length;
    return `${count("trades")}/${count("quotes")}`;
  });
}

const KNOWN: QuotaState = { ...FRESH, phase: NOW };

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

Deno.test("a backlog of trades takes every window whole; quotes get what its last one leaves, and then their share", () => {
  const askers = [trades(backlog(100)), quotes(backlog(1_000, 1))];
  assert.deepEqual(byMinute(grantsIn(6, askers, KNOWN), 6), [
    "30/0",
    "30/0",
    "30/0",
    "10/14",
    "0/24",
    "0/24",
  ]);
  const unknown = byMinute(grantsIn(6, askers, FRESH), 6);
  assert.deepEqual(unknown.slice(0, 3), ["30/0", "30/0", "30/0"]);
});

Deno.test("a backlog of trades that comes while quotes have one takes the rest of the window, and then every window whole", () => {
  const askers = [quotes(backlog(1_000)), trades(backlog(66, 10_000))];
  assert.deepEqual(byMinute(grantsIn(4, askers, KNOWN), 4), ["6/24", "30/0", "30/0", "0/24"]);
});

Deno.test("trades that come live, five a minute, never wait for a backlog of quotes, which never waits for them", () => {
  const live = Array.from({ length: 20 * 5 }, (_, i) => Math.floor(i / 5) * MINUTE + 2_000);
  for (const state of [FRESH, KNOWN]) {
    const grants = grantsIn(20, [quotes(backlog(1_000)), trades(live)], state);
    const ofTrades = grants.filter(({ who }) => who === "trades");
    assert.deepEqual([ofTrades.length, Math.max(...ofTrades.map(({ waited }) => waited))], [100, 0]);
    assert.ok(grants.length - 100 >= 19 * 19, `${grants.length - 100} quotes`);
  }
});

Deno.test("quotes go on two windows after a process died that had a backlog of trades", () => {
  const askers = [trades(backlog(40), 500), quotes(backlog(1_000, 1))];
  assert.deepEqual(byMinute(grantsIn(4, askers, KNOWN), 4), ["30/0", "10/0", "0/24", "0/24"]);
});

Deno.test("quotes do not wait for a backlog of trades from before the clock was set back", () => {
  const { state } = claimOfTrades(KNOWN, NOW, LIMIT, 500);
  assert.ok(claimOfQuotes(state, NOW, shareOfQuotes(LIMIT)).wait > 0);
  assert.equal(claimOfQuotes(state, NOW - 3_600_000, shareOfQuotes(LIMIT)).wait, 0);
});

Deno.test("whatever trades and quotes ask for, no minute has more than the quota", () => {
  const wants = fc.array(fc.integer({ min: 0, max: 5 * MINUTE }), { maxLength: 150 })
    .map((times) => times.sort((a, b) => a - b));
  fc.assert(
    fc.property(wants, wants, fc.boolean(), (ofTrades, ofQuotes, isKnown) => {
      const grants = grantsIn(10, [trades(ofTrades), quotes(ofQuotes)], isKnown ? KNOWN : FRESH);
      const minutes = Map.groupBy(grants, ({ at }) => Math.floor(at / MINUTE));
      for (const own of minutes.values()) assert.ok(own.length <= LIMIT.requests, `${own.length}`);
    }),
    { numRuns: 50 },
  );
});

Deno.test("Quota.take() of quotes tells at each look that it still waits for trades", async () => {
  const clock = new FakeClock(MINUTE);
  const store = new MemoryStore(claimOfTrades(KNOWN, clock.now(), LIMIT, 500).state);
  let waits = 0;
  const quota = new Quota(store, clock, shareOfQuotes(LIMIT), claimOfQuotes, () => waits++);
  await quota.take(new AbortController().signal);
  assert.equal(waits, 12);
  assert.deepEqual(new Set(clock.slept), new Set([5_000]));
});
