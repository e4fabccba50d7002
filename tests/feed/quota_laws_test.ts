import assert from "node:assert/strict";
import fc from "fast-check";
import {
  claim,
  estimate,
  EXCHANGE_QUOTA,
  FRESH,
  parseQuota,
  type QuotaLimit,
  type QuotaState,
  refused,
  retryAfterMillis,
} from "../../src/feed/quota.ts";

const LIMIT: QuotaLimit = EXCHANGE_QUOTA;
const NOW = Date.UTC(2026, 8, 1, 8);
/** A hundredth of a window for the slack of the way, two for the last moments of a window. */
const LONGEST_WAIT = 1.02;

const limit: fc.Arbitrary<QuotaLimit> = fc.record({
  requests: fc.integer({ min: 1, max: 40 }),
  windowMillis: fc.integer({ min: 1_000, max: 3_600_000 }),
}, { noNullPrototype: true });

/** Anything that may stand in the shared file, by whatever clock it was written. */
const anyState: fc.Arbitrary<QuotaState> = fc.record({
  grants: fc.array(anyTime(), { maxLength: 80 }),
  phase: fc.option(fc.oneof(anyTime(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
  blockedUntil: anyTime(),
}, { noNullPrototype: true });

function anyTime(): fc.Arbitrary<number> {
  const near = fc.integer({ min: NOW - 200_000, max: NOW + 200_000 });
  return fc.oneof(near, fc.integer({ min: -8.64e15, max: 8.64e15 }));
}

/** Claims one request after the other, each once its `gap` is over; the times at which they are granted. */
function grantTimes(gaps: Iterable<number>, limit: QuotaLimit, state: QuotaState = FRESH): number[] {
  const times: number[] = [];
  let now = NOW;
  for (const gap of gaps) {
    now += gap;
    for (let claimed = claim(state, now, limit);; claimed = claim(state, now, limit)) {
      state = claimed.state;
      if (claimed.wait === 0) break;
      now += claimed.wait;
    }
    times.push(now);
  }
  return times;
}

/** The most that any of the windows of a server gets, of which one begins at `phase`. */
function mostInAWindow(times: readonly number[], phase: number, { windowMillis }: QuotaLimit): number {
  const windows = Map.groupBy(times, (time) => Math.floor((time - phase) / windowMillis));
  return Math.max(...[...windows.values()].map(({ length }) => length));
}

Deno.test("claim() grants a whole window's requests in the first instant", () => {
  const times = grantTimes(Array(LIMIT.requests + 1).fill(0), LIMIT);
  assert.deepEqual(times.slice(0, LIMIT.requests), Array(LIMIT.requests).fill(NOW));
  assert.equal(times.at(-1), NOW + 1.01 * LIMIT.windowMillis);
});

Deno.test("claim() never puts more than the quota into a window of the server, whatever its phase and the way there", () => {
  const pace = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    fc.double({ min: 0, max: 1.5, noNaN: true }),
  );
  const way = fc.double({ min: 0, max: 0.0099, noNaN: true });
  const requests = fc.array(fc.tuple(pace, way), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(limit, requests, fc.double({ min: 0, max: 1, noNaN: true }), (limit, requests, phase) => {
      const gaps = requests.map(([pace]) => pace * limit.windowMillis);
      const arrivals = grantTimes(gaps, limit).map((at, i) => at + requests[i][1] * limit.windowMillis);
      const most = mostInAWindow(arrivals, NOW + phase * limit.windowMillis, limit);
      assert.ok(most <= limit.requests, `${most} in a window of ${limit.requests}`);
    }),
  );
});

Deno.test("claim() sustains 98 % of the quota", () => {
  fc.assert(
    fc.property(limit, fc.option(anyTime()), (limit, phase) => {
      const windows = 60;
      const times = grantTimes(Array(windows * limit.requests).fill(0), limit, { ...FRESH, phase });
      const inTime = times.filter((at) => at < NOW + (windows - 1) * limit.windowMillis).length;
      const share = inTime / ((windows - 1) * limit.requests);
      assert.ok(share >= 0.98, `${share}`);
    }),
    { numRuns: 30 },
  );
});

Deno.test("claim() never waits longer than a window and its slack, whatever the state and the clock", () => {
  fc.assert(
    fc.property(anyState, limit, anyTime(), (state, limit, now) => {
      fc.pre(Math.abs(now) < 8.6e15);
      const longest = limit.windowMillis * LONGEST_WAIT + 4; // numbers of that size have gaps of a millisecond
      let waited = 0;
      for (let claims = 0; claims < 5; claims++) {
        const claimed = claim(state, now + waited, limit);
        if (claimed.wait === 0) return;
        state = claimed.state;
        waited += claimed.wait;
        assert.ok(waited <= longest, `${waited} of ${limit.windowMillis} ms`);
      }
      assert.fail("it is not granted after what it was told to wait");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("refused() blocks no longer than a window, whatever the state, the clock and Retry-After", () => {
  const asked = fc.option(fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.constantFrom(1e23, Infinity)));
  fc.assert(
    fc.property(anyState, limit, anyTime(), asked, (state, limit, now, retryAfter) => {
      fc.pre(Math.abs(now) < 8.6e15);
      const after = refused(state, now, retryAfter, limit);
      assert.ok(after.blockedUntil > now, "it does not block");
      assert.ok(after.blockedUntil <= now + limit.windowMillis, `${after.blockedUntil - now} ms`);
      assert.ok(claim(after, now, limit).wait <= limit.windowMillis * LONGEST_WAIT + 4);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("refused() believes the first refusal of a window; further ones change nothing", () => {
  const asked = fc.option(fc.integer({ min: 0, max: 120_000 }));
  fc.assert(
    fc.property(
      anyState,
      asked,
      asked,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (state, first, second, part) => {
        const once = refused(state, NOW, first, LIMIT);
        const later = NOW + part * (once.blockedUntil - NOW);
        const { phase, blockedUntil } = refused(once, later, second, LIMIT);
        assert.deepEqual({ phase, blockedUntil }, { phase: once.phase, blockedUntil: once.blockedUntil });
      },
    ),
  );
});

Deno.test("refused() with Retry-After waits for that long, then spends whole windows from their beginning", () => {
  const spent = { ...FRESH, grants: Array(12).fill(NOW) };
  const state = refused(spent, NOW + 100, 20_000, LIMIT);
  assert.equal(claim(state, NOW + 100, LIMIT).wait, 20_000);
  const times = grantTimes(Array(61).fill(0), LIMIT, state).map((at) => at - NOW - 100);
  assert.deepEqual(times, [...Array(30).fill(20_000), ...Array(30).fill(80_000), 140_000]);
});

Deno.test("refused() without Retry-After waits for a window from the first request that may count", () => {
  const state = refused({ ...FRESH, grants: [NOW - 61_000, NOW - 40_000, NOW] }, NOW, null, LIMIT);
  assert.equal(claim(state, NOW, LIMIT).wait, 20_000);
  assert.equal(claim(refused(FRESH, NOW, null, LIMIT), NOW, LIMIT).wait, 60_000);
});

Deno.test("a claim in the last moments of a known window waits for the next one", () => {
  const state = { ...FRESH, phase: NOW };
  assert.equal(claim(state, NOW + 58_000, LIMIT).wait, 0);
  assert.equal(claim(state, NOW + 59_000, LIMIT).wait, 1_000);
});

Deno.test("estimate() is 0 for what fits, and grows by windows", () => {
  const minutes = (requests: number, state = FRESH) =>
    Math.round(estimate(state, NOW, requests, LIMIT) / 60_000);
  assert.deepEqual([-1, 0, 1, 30].map((requests) => estimate(FRESH, NOW, requests, LIMIT)), [0, 0, 0, 0]);
  assert.deepEqual([31, 60, 61, 90, 1320].map((requests) => minutes(requests)), [1, 1, 2, 2, 43]);
  const half = { ...FRESH, grants: Array(15).fill(NOW) };
  assert.deepEqual([15, 16, 45, 46].map((requests) => minutes(requests, half)), [0, 1, 1, 2]);
});

Deno.test("estimate() is what the requests then take", () => {
  fc.assert(fc.property(anyState, limit, fc.integer({ min: 1, max: 100 }), (state, limit, requests) => {
    const last = grantTimes(Array(requests).fill(0), limit, state).at(-1)! - NOW;
    const estimated = estimate(state, NOW, requests, limit);
    assert.ok(Math.abs(last - estimated) <= 0.021 * limit.windowMillis * requests, `${estimated} of ${last}`);
  }));
});

Deno.test("parseQuota() reads requests and seconds, which may have a fraction", () => {
  assert.deepEqual(parseQuota("30/60"), EXCHANGE_QUOTA);
  assert.deepEqual(parseQuota("1000/0.5"), { requests: 1000, windowMillis: 500 });
  assert.deepEqual(parseQuota("1/1.001"), { requests: 1, windowMillis: 1001 });
  for (
    const text of [
      "",
      "30",
      "30/",
      "/60",
      "0/60",
      "30/0",
      "-1/60",
      "30/-1",
      "1.5/60",
      "30/60s",
      "30 / 60",
      "1e3/1",
      "1/1e3",
      "1/.5",
      "30/60/1",
      "９/9",
      "1234567/1",
      "1/1234567",
      "1/0.0001",
      "30/60\n",
    ]
  ) assert.throws(() => parseQuota(text), /A quota is REQUESTS\/SECONDS/, JSON.stringify(text));
});

Deno.test("retryAfterMillis() reads seconds and HTTP dates, and never gives less than 0", () => {
  assert.equal(retryAfterMillis("0", NOW), 0);
  assert.equal(retryAfterMillis("35", NOW), 35_000);
  assert.equal(retryAfterMillis("Tue, 01 Sep 2026 08:00:35 GMT", NOW), 35_000);
  assert.equal(retryAfterMillis("Tue, 01 Sep 2026 07:59:35 GMT", NOW), 0);
  assert.equal(retryAfterMillis("-5", NOW), 0);
  assert.ok(retryAfterMillis("9".repeat(400), NOW)! > 1e300);
});

Deno.test("retryAfterMillis() makes nothing of nonsense, in which Date.parse might find a date", () => {
  for (
    const header of [null, "", "soon", "abc 5", "1.5", "5 s", "0x10", "Foo, 99 Bar 2026 GMT", "2026-09-01"]
  ) {
    assert.equal(retryAfterMillis(header, NOW), null, String(header));
  }
});
