import assert from "node:assert/strict";
import fc from "fast-check";
import {
  claim,
  estimate,
  EXCHANGE_QUOTA,
  FRESH,
  parseQuota,
  Quota,
  type QuotaLimit,
  type QuotaState,
  refused,
} from "../../src/feed/quota.ts";
import { retryAfterMillis } from "../../src/feed/quota_refusal.ts";
import { FakeClock } from "./fake_clock.ts";
import { MemoryStore } from "./memory_quota.ts";

const NOW = Date.parse("2026-09-01T10:00:00Z");
const NEVER = new AbortController().signal;

/** Any state: the past, the future, and what a corrupt file may hold. */
const anyTime = fc.oneof(fc.integer({ min: NOW - 200_000, max: NOW + 200_000 }), fc.double({ noNaN: true }));
const anyState: fc.Arbitrary<QuotaState> = fc.record({
  grants: fc.array(anyTime, { maxLength: 100 }),
  phase: fc.option(anyTime),
  blockedUntil: anyTime,
});
const anyLimit: fc.Arbitrary<QuotaLimit> = fc.record({
  requests: fc.integer({ min: 1, max: 40 }),
  windowMillis: fc.integer({ min: 100, max: 100_000 }),
});

/** Asks until this many requests are granted, waiting as told; returns when the last was, and how long it waited. */
function exhaust(state: QuotaState, requests: number, limit: QuotaLimit): { at: number; waits: number[] } {
  let at = NOW;
  const waits: number[] = [];
  for (let granted = 0; granted < requests;) {
    const answer = claim(state, at, limit);
    state = answer.state;
    if (answer.wait === 0) granted++;
    else waits.push(answer.wait);
    assert.ok(waits.length <= requests, "one wait is not enough");
    at += answer.wait;
  }
  return { at, waits };
}

Deno.test("claim() grants the whole quota at once, then one window and its slack later", () => {
  assert.deepEqual(exhaust(FRESH, 30, EXCHANGE_QUOTA), { at: NOW, waits: [] });
  assert.deepEqual(exhaust(FRESH, 60, EXCHANGE_QUOTA), { at: NOW + 60_600, waits: [60_600] });
});

Deno.test("claim() uses each window from its beginning once the phase is known", () => {
  const state = { grants: [], phase: NOW - 610_000, blockedUntil: 0 };
  assert.deepEqual(exhaust(state, 90, EXCHANGE_QUOTA), { at: NOW + 110_000, waits: [50_000, 60_000] });
});

Deno.test("claim() grants nothing in the last moments of a known window", () => {
  const state = { grants: [], phase: NOW + 1000, blockedUntil: 0 };
  assert.equal(claim(state, NOW, EXCHANGE_QUOTA).wait, 1000);
  assert.equal(claim(state, NOW - 300, EXCHANGE_QUOTA).wait, 0);
});

Deno.test("claim() applies a block to everyone", () => {
  const state = { grants: [], phase: null, blockedUntil: NOW + 7000 };
  assert.equal(claim(state, NOW, EXCHANGE_QUOTA).wait, 7000);
});

Deno.test("claim() waits once and no longer than a window and its slack, whatever the state and the clock say", () => {
  fc.assert(fc.property(anyState, anyLimit, (state, limit) => {
    const { waits } = exhaust(state, 1, limit);
    assert.ok(waits.every((wait) => wait > 0 && wait <= Math.ceil(limit.windowMillis * 1.02)), `${waits}`);
  }));
});

Deno.test("claim() waits no longer when the clock is set back by an hour", () => {
  let state: QuotaState = FRESH;
  for (let i = 0; i < 30; i++) state = claim(state, NOW, EXCHANGE_QUOTA).state;
  const later = NOW - 3_600_000;
  const { state: clamped, wait } = claim(state, later, EXCHANGE_QUOTA);
  assert.equal(wait, 60_600);
  assert.equal(claim(clamped, later + wait, EXCHANGE_QUOTA).wait, 0);
});

Deno.test("claim() forgets requests that no longer count, so that the state stays small", () => {
  fc.assert(fc.property(anyState, (state) => {
    const { grants } = claim(state, NOW, EXCHANGE_QUOTA).state;
    assert.ok(grants.every((at) => at > NOW - 60_600 && at <= NOW));
  }));
});

Deno.test("refused() takes the end of the window from Retry-After", () => {
  const state = refused(FRESH, NOW, 20_000, EXCHANGE_QUOTA);
  assert.deepEqual(state, { grants: [], phase: NOW + 20_000, blockedUntil: NOW + 20_000 });
});

Deno.test("refused() blocks for at least a second and at most a window", () => {
  assert.equal(refused(FRESH, NOW, 0, EXCHANGE_QUOTA).blockedUntil, NOW + 1000);
  assert.equal(refused(FRESH, NOW, 1e9, EXCHANGE_QUOTA).blockedUntil, NOW + 60_000);
  assert.equal(refused(FRESH, NOW, 0, { requests: 1, windowMillis: 300 }).blockedUntil, NOW + 300);
});

Deno.test("refused() without Retry-After assumes that the window began with our first request in it", () => {
  const grants = [NOW - 70_000, NOW - 45_000, NOW - 10_000];
  const first = refused({ grants, phase: null, blockedUntil: 0 }, NOW, null, EXCHANGE_QUOTA);
  assert.equal(first.blockedUntil, NOW + 15_000);
  const known = { grants, phase: NOW - 20_000, blockedUntil: NOW - 20_000 };
  assert.equal(refused(known, NOW, null, EXCHANGE_QUOTA).blockedUntil, NOW + 50_000);
  assert.equal(refused(FRESH, NOW, null, EXCHANGE_QUOTA).blockedUntil, NOW + 60_000);
});

Deno.test("refused() learns nothing from refusals of requests that were in progress in the same window", () => {
  fc.assert(
    fc.property(anyState, fc.option(fc.nat(90_000)), fc.option(fc.nat(90_000)), (state, told, again) => {
      fc.pre(state.blockedUntil <= NOW);
      const once = refused(state, NOW, told, EXCHANGE_QUOTA);
      assert.ok(once.blockedUntil > NOW && once.blockedUntil <= NOW + 60_000);
      const { phase, blockedUntil } = refused(once, NOW + 500, again, EXCHANGE_QUOTA);
      assert.deepEqual({ phase, blockedUntil }, { phase: once.phase, blockedUntil: once.blockedUntil });
    }),
  );
});

Deno.test("estimate() says when the last of this many requests will be granted", () => {
  fc.assert(fc.property(anyState, fc.integer({ min: 1, max: 150 }), anyLimit, (state, requests, limit) => {
    const told = estimate(state, NOW, requests, limit);
    const { at, waits } = exhaust(state, requests, limit);
    // Each wait is rounded up to a millisecond.
    assert.ok(Math.abs(told - (at - NOW)) <= waits.length, `${told} told, ${at - NOW} taken`);
  }));
  assert.equal(estimate(FRESH, NOW, 0, EXCHANGE_QUOTA), 0);
});

Deno.test("parseQuota() reads requests and seconds", () => {
  assert.deepEqual(parseQuota("30/60"), EXCHANGE_QUOTA);
  assert.deepEqual(parseQuota("3/1.001"), { requests: 3, windowMillis: 1001 });
});

Deno.test("parseQuota() says what a quota looks like", () => {
  for (
    const text of [
      "",
      "30",
      "0/60",
      "30/0",
      "30/0.000",
      "-1/60",
      "1.5/60",
      "30/60s",
      "30 / 60",
      "1e3/60",
      "x/y",
    ]
  ) {
    assert.throws(() => parseQuota(text), /A quota is REQUESTS\/SECONDS, such as 30\/60/, text);
  }
});

Deno.test("retryAfterMillis() reads seconds and HTTP dates, and is 0 for the past", () => {
  const cases: [string | null, number | null][] = [
    ["0", 0],
    ["37", 37_000],
    ["-5", 0],
    ["Tue, 01 Sep 2026 10:00:30 GMT", 30_000],
    ["Tuesday, 01-Sep-26 10:00:30 GMT", 30_000],
    ["Tue, 01 Sep 2026 09:00:00 GMT", 0],
    [null, null],
  ];
  for (const [retryAfter, millis] of cases) {
    assert.equal(retryAfterMillis({ retryAfter, date: null }, NOW), millis, String(retryAfter));
  }
});

Deno.test("retryAfterMillis() counts a date from the date of the answer, whatever our clock says", () => {
  const retryAfter = "Tue, 01 Sep 2026 10:00:30 GMT", date = "Tue, 01 Sep 2026 10:00:08 GMT";
  for (const years of [-1, 0, 1]) {
    assert.equal(retryAfterMillis({ retryAfter, date }, NOW + years * 365 * 86_400_000), 22_000);
  }
  assert.equal(retryAfterMillis({ retryAfter: "37", date }, NOW), 37_000);
  assert.equal(retryAfterMillis({ retryAfter, date: "yesterday" }, NOW), 30_000);
});

Deno.test("retryAfterMillis() is null for nonsense", () => {
  for (const retryAfter of ["", "soon", "1.5", "abc 5", "Tue, 99 Sep 2026 10:00:30 GMT", "5 minutes"]) {
    assert.equal(retryAfterMillis({ retryAfter, date: null }, NOW), null, retryAfter);
  }
});

Deno.test("Quota.take() grants requests in the order in which they were made", async () => {
  const clock = new FakeClock();
  const quota = new Quota(new MemoryStore(), clock, { requests: 2, windowMillis: 1000 });
  const order: number[] = [];
  const taken = [1, 2, 3, 4, 5].map((n) => quota.take(NEVER).then(() => order.push(n)));
  await clock.advance(0);
  assert.deepEqual(order, [1, 2]);
  await clock.advance(1010);
  assert.deepEqual(order, [1, 2, 3, 4]);
  await clock.advance(1010);
  await Promise.all(taken);
  assert.deepEqual(order, [1, 2, 3, 4, 5]);
});

Deno.test("Quota.take() rejects at once when its signal fires, also behind another request that goes on waiting", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const quota = new Quota(store, clock, { requests: 1, windowMillis: 1000 });
  await quota.take(NEVER);
  const first = quota.take(NEVER);
  const stop = new AbortController();
  const second = quota.take(stop.signal);
  const third = quota.take(NEVER);
  await clock.advance(0);
  stop.abort(new Error("stopped"));
  await assert.rejects(second, /stopped/);
  await assert.rejects(quota.take(stop.signal), /stopped/);
  await clock.advance(1010);
  await first;
  await clock.advance(1010);
  await third;
  assert.equal(clock.sleeping, 0);
  assert.equal(store.state.grants.length, 1);
});

Deno.test("Quota.take() stops waiting when its signal fires", async () => {
  const clock = new FakeClock();
  const quota = new Quota(new MemoryStore(), clock, { requests: 1, windowMillis: 1000 });
  await quota.take(NEVER);
  const stop = new AbortController();
  const waiting = quota.take(stop.signal);
  await clock.advance(0);
  assert.equal(clock.sleeping, 1);
  stop.abort(new Error("stopped"));
  await assert.rejects(waiting, /stopped/);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Quota.take() rejects with the error of its store, and serves the next request", async () => {
  const store = new MemoryStore();
  let broken = true;
  const update: MemoryStore["update"] = (change) =>
    broken ? Promise.reject(new Error("the disk is full")) : store.update(change);
  const quota = new Quota({ update }, new FakeClock(), EXCHANGE_QUOTA);
  await assert.rejects(quota.take(NEVER), /the disk is full/);
  broken = false;
  await quota.take(NEVER);
});

Deno.test("Quota.refused() blocks all that share the store, and the estimate includes it", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const [mine, theirs] = [0, 0].map(() => new Quota(store, clock, EXCHANGE_QUOTA));
  await mine.refused({ retryAfter: "20", date: null }, NEVER);
  assert.equal(mine.estimate(30), 20_000);
  assert.equal(mine.estimate(31), 80_000);
  let taken = false;
  const waiting = theirs.take(NEVER).then(() => taken = true);
  await clock.advance(19_999);
  assert.equal(taken, false);
  await clock.advance(1);
  await waiting;
});
