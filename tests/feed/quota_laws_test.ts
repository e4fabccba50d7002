import assert from "node:assert/strict";
import fc from "fast-check";
import { claim, FRESH, type QuotaLimit, type QuotaState, refused } from "../../src/feed/quota.ts";

const NOW = Date.UTC(2026, 8, 1, 8);

/** Any quota, as `--quota` may set it. */
const limit: fc.Arbitrary<QuotaLimit> = fc.record({
  requests: fc.integer({ min: 1, max: 40 }),
  windowMillis: fc.integer({ min: 1_000, max: 3_600_000 }),
}, { noNullPrototype: true });

/** Any time that a clock may show, also after it was set. */
const time = fc.oneof(
  fc.integer({ min: NOW - 200_000, max: NOW + 200_000 }),
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
);
const state: fc.Arbitrary<QuotaState> = fc.record({
  grants: fc.array(time, { maxLength: 80 }),
  phase: fc.option(time),
  blockedUntil: time,
}, { noNullPrototype: true });

/**
 * Claims one request after the other, each when its `gap` has passed; returns the times at which they are granted.
 */
function grantTimes(gaps: readonly number[], limit: QuotaLimit, state: QuotaState = FRESH): number[] {
  let now = NOW;
  return gaps.map((gap) => {
    now += gap;
    for (let claimed = claim(state, now, limit);; claimed = claim(state, now, limit)) {
      state = claimed.state;
      if (claimed.wait === 0) return now;
      now += claimed.wait;
    }
  });
}

Deno.test("whatever the quota, no window of the server gets more requests, wherever it begins and however long they travel", () => {
  const pace = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    fc.double({ min: 0, max: 1.5, noNaN: true }),
  );
  const way = fc.double({ min: 0, max: 0.0099, noNaN: true });
  const requests = fc.array(fc.tuple(pace, way), { minLength: 1, maxLength: 150 });
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(limit, requests, part, (limit, requests, part) => {
    const { windowMillis } = limit;
    const gaps = requests.map(([pace]) => pace * windowMillis);
    const arrivals = grantTimes(gaps, limit).map((at, i) => at + requests[i][1] * windowMillis);
    const phase = NOW + part * windowMillis;
    const windows = Map.groupBy(arrivals, (at) => Math.floor((at - phase) / windowMillis));
    const most = Math.max(...windows.values().map(({ length }) => length));
    assert.ok(most <= limit.requests, `${most} in a window of ${limit.requests}`);
  }));
});

Deno.test("whatever the quota and the phase, 98 % of the quota is used", () => {
  fc.assert(
    fc.property(limit, fc.option(time), (limit, phase) => {
      const windows = 60;
      const times = grantTimes(Array(windows * limit.requests).fill(0), limit, { ...FRESH, phase });
      const inTime = times.filter((at) => at < NOW + (windows - 1) * limit.windowMillis).length;
      const share = inTime / ((windows - 1) * limit.requests);
      assert.ok(share >= 0.98, `${share}`);
    }),
    { numRuns: 30 },
  );
});

Deno.test("whatever the state, the clock and Retry-After, a refusal blocks for no longer than a window", () => {
  const asked = fc.option(
    fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.constantFrom(1e23, Infinity)),
  );
  fc.assert(
    fc.property(state, limit, time, asked, (state, limit, now, retryAfter) => {
      fc.pre(Math.abs(now) < 8.6e15);
      const after = refused(state, now, retryAfter, limit);
      assert.ok(after.blockedUntil > now, "it does not block");
      assert.ok(after.blockedUntil <= now + limit.windowMillis, `${after.blockedUntil - now} ms`);
      // Numbers of that size have gaps of a millisecond.
      assert.ok(claim(after, now, limit).wait <= limit.windowMillis * 1.02 + 4);
    }),
    { numRuns: 1000 },
  );
});
