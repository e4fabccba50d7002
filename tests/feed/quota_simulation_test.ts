import assert from "node:assert/strict";
import fc from "fast-check";
import { claim, EXCHANGE_QUOTA, FRESH, type QuotaState, refused } from "../../src/feed/quota.ts";
import { retryAfterMillis } from "../../src/feed/quota_refusal.ts";

const { requests: MOST, windowMillis: WINDOW } = EXCHANGE_QUOTA;
const START = Date.parse("2026-09-01T10:00:00Z");

/** How a server says when to try again. */
type Told = "seconds" | "seconds cut off" | "date" | "nothing";

/** The exchange's quota: fixed windows that keep their phase; refused requests do not count. */
class Server {
  readonly refusals = new Map<number, number>();
  readonly #accepted = new Map<number, number>();

  constructor(readonly phase: number, readonly told: Told) {}

  /** The Retry-After header of a refusal at `at`, or that the request is accepted. */
  request(at: number, isOurs = true): { accepted: boolean; retryAfter: string | null } {
    const window = this.windowOf(at);
    const accepted = (this.#accepted.get(window) ?? 0) < MOST;
    const counts = accepted ? this.#accepted : this.refusals;
    if (accepted || isOurs) counts.set(window, (counts.get(window) ?? 0) + 1);
    return { accepted, retryAfter: accepted ? null : this.#retryAfter(at) };
  }

  windowOf(at: number): number {
    return Math.floor((at - this.phase) / WINDOW);
  }

  #retryAfter(at: number): string | null {
    const end = this.phase + (this.windowOf(at) + 1) * WINDOW;
    switch (this.told) {
      case "seconds":
        return String(Math.ceil((end - at) / 1000));
      case "seconds cut off":
        return String(Math.floor((end - at) / 1000));
      case "date":
        return new Date(Math.ceil(end / 1000) * 1000).toUTCString();
      case "nothing":
        return null;
    }
  }
}

/** When requests are granted that are made this many milliseconds apart. */
function grantTimes(state: QuotaState, gaps: readonly number[]): number[] {
  let at = START;
  return gaps.map((gap) => {
    at += gap;
    for (;;) {
      const answer = claim(state, at, EXCHANGE_QUOTA);
      state = answer.state;
      if (answer.wait === 0) return at;
      at += answer.wait;
    }
  });
}

/** Requests one after the other for this many windows, each with the next network delay, beside foreign requests. */
function collectBeside(
  server: Server,
  foreign: readonly number[],
  delays: readonly number[],
  windows: number,
): void {
  let state: QuotaState = FRESH;
  const others = foreign.toSorted((a, b) => a - b);
  for (let at = START, i = 0; at < START + windows * WINDOW; i++) {
    const answer = claim(state, at, EXCHANGE_QUOTA);
    state = answer.state;
    at += answer.wait;
    if (answer.wait > 0) continue;
    const delay = delays[i % delays.length];
    while (others.length > 0 && START + others[0] <= at + delay) {
      server.request(START + others.shift()!, false);
    }
    const { accepted, retryAfter } = server.request(at + delay);
    at += 2 * delay + 1;
    if (!accepted) {
      state = refused(state, at, retryAfterMillis({ retryAfter, date: null }, at), EXCHANGE_QUOTA);
    }
  }
}

/** Any phase; often one in which a window begins during the first burst. */
const phase = fc.oneof(
  fc.integer({ min: START - WINDOW, max: START }),
  fc.integer({ min: START, max: START + 600 }),
);
/** Single requests and bursts, some beyond the quota, with pauses between, some of about a window. */
const pause = fc.oneof(fc.nat(3000), fc.nat(90_000), fc.integer({ min: WINDOW - 2000, max: WINDOW }));
const size = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 20, max: 70 }));
const gaps = fc.array(fc.tuple(pause, size), { minLength: 1, maxLength: 8 }).map((bursts) =>
  bursts.flatMap(([pause, size]) => [pause, ...Array(size - 1).fill(0)])
);
const delays = (most: number) => fc.array(fc.nat(most), { minLength: 1, maxLength: 150 });
/** Another client at the same address: bursts and single requests in twenty windows. */
const foreign = fc.array(fc.nat(20 * WINDOW), { maxLength: 60 }).map((starts) =>
  starts.flatMap((at, i) => Array.from({ length: i % 3 === 0 ? 20 : 1 }, (_, n) => at + n * 40))
);

Deno.test("alone, we are never refused, in whatever phase the exchange's windows are and however requests come", () => {
  fc.assert(fc.property(phase, gaps, delays(599), (phase, gaps, delays) => {
    const server = new Server(phase, "nothing");
    const arrivals = grantTimes(FRESH, gaps).map((at, i) => at + delays[i % delays.length]);
    for (const at of arrivals.sort((a, b) => a - b)) assert.ok(server.request(at).accepted);
  }));
});

Deno.test("alone, we are never refused once the phase is known to a second", () => {
  fc.assert(fc.property(phase, fc.nat(1000), gaps, delays(199), (phase, late, gaps, delays) => {
    const server = new Server(phase, "seconds");
    const known = { ...FRESH, phase: phase + late };
    const arrivals = grantTimes(known, gaps).map((at, i) => at + delays[i % delays.length]);
    for (const at of arrivals.sort((a, b) => a - b)) assert.ok(server.request(at).accepted);
  }));
});

Deno.test("beside another client we are refused at most once in a window when the exchange says how long to wait", () => {
  const told = fc.constantFrom<Told>("seconds", "date");
  fc.assert(fc.property(phase, told, foreign, delays(300), (phase, told, foreign, delays) => {
    const server = new Server(phase, told);
    collectBeside(server, foreign, delays, 20);
    assert.ok(Math.max(0, ...server.refusals.values()) <= 1);
  }));
});

Deno.test("beside another client we are refused at most twice in a window when the exchange does not say how long to wait", () => {
  const told = fc.constantFrom<Told>("nothing", "seconds cut off");
  fc.assert(fc.property(phase, told, foreign, delays(300), (phase, told, foreign, delays) => {
    const server = new Server(phase, told);
    collectBeside(server, foreign, delays, 20);
    assert.ok(Math.max(0, ...server.refusals.values()) <= 2);
  }));
});

Deno.test("the whole quota is used from the first second, and in every window once the phase is known", () => {
  fc.assert(fc.property(phase, (phase) => {
    const eager = Array(10 * MOST).fill(20);
    const fresh = grantTimes(FRESH, eager);
    assert.equal(fresh.filter((at) => at <= START + 1000).length, MOST);
    const server = new Server(phase, "seconds");
    const perWindow = new Map<number, number>();
    for (const at of grantTimes({ ...FRESH, phase }, eager)) {
      perWindow.set(server.windowOf(at), (perWindow.get(server.windowOf(at)) ?? 0) + 1);
    }
    assert.deepEqual(new Set([...perWindow.values()].slice(1, -1)), new Set([MOST]));
  }));
});
