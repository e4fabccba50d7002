import type { Clock } from "./clock.ts";

/** So many requests in each window. */
export interface QuotaLimit {
  readonly requests: number;
  readonly windowMillis: number;
}

/** Measured second by second: 30 downloads in each fixed window of a minute, per IP address, over all venues. */
export const EXCHANGE_QUOTA: QuotaLimit = { requests: 30, windowMillis: 60_000 };

/** What is remembered of the requests of all processes; all times in milliseconds since 1970. */
export interface QuotaState {
  /** When requests were granted, as far as they may still count. */
  readonly grants: readonly number[];
  /** A time at which one of the exchange's windows begins; null until a refusal has told. */
  readonly phase: number | null;
  /** Nothing is granted before. */
  readonly blockedUntil: number;
}

/** Nothing is known. */
export const FRESH: QuotaState = { grants: [], phase: null, blockedUntil: 0 };

/** Where the state is kept, so that all processes share it. */
export interface QuotaStore {
  /** Replaces the state by what `change` makes of it, while nobody else does; returns what it returns. */
  update<T>(change: (state: QuotaState) => { state: QuotaState; value: T }, signal: AbortSignal): Promise<T>;
}

/**
 * Two requests may be on their way for different times, so that their distance at the exchange is a little less
 * than here: a hundredth of a window covers it.
 */
const SLACK = 0.01;
/** Retry-After tells a window's end to the second: the last moments of ours may lie in the exchange's next one. */
const TAIL = 0.02;

/**
 * Asks for one request at `now`: 0 when it is granted, else how long to wait before asking again, never longer
 * than a window and its slack.
 *
 * While the phase of the exchange's windows is unknown, no more requests are granted than fit into any window of
 * that length, wherever it begins; so we are never refused, unless somebody else uses the same address. Once it is
 * known, each window is spent from its beginning, but for its last moments.
 */
export function claim(
  state: QuotaState,
  now: number,
  limit: QuotaLimit,
): { state: QuotaState; wait: number } {
  const { grants, phase, blockedUntil } = settled(state, now, limit);
  const counted = phase === null ? grants : grants.filter((at) => at >= windowStart(phase, now, limit));
  const free = phase === null
    ? grants[grants.length - limit.requests] + limit.windowMillis * (1 + SLACK)
    : windowStart(phase, now, limit) + limit.windowMillis;
  const tail = phase === null ? 0 : windowStart(phase, now + limit.windowMillis * TAIL, limit);
  let wait = Math.max(0, blockedUntil - now);
  if (counted.length >= limit.requests) wait = Math.max(wait, free - now);
  else if (tail > now) wait = Math.max(wait, tail - now);
  const kept = { grants, phase, blockedUntil };
  return wait > 0 ? { state: kept, wait } : { state: { ...kept, grants: [...grants, now] }, wait: 0 };
}

/**
 * Takes in a refusal (429) of a request at `now`: nothing is granted until the window of the exchange ends, which
 * also tells the phase of all others. `retryAfter` is what the exchange asked to wait in milliseconds; without it
 * the window is taken to end a window's length after the first request in it that we know of.
 */
export function refused(
  state: QuotaState,
  now: number,
  retryAfter: number | null,
  limit: QuotaLimit,
): QuotaState {
  const { grants, phase, blockedUntil } = settled(state, now, limit);
  // Others that were under way are refused in the same window, and tell nothing new.
  if (blockedUntil > now) return { grants, phase, blockedUntil };
  const first = grants.find((at) => at > now - limit.windowMillis) ?? now;
  const end = Math.min(
    now + limit.windowMillis,
    retryAfter === null ? first + limit.windowMillis : now + retryAfter,
  );
  return { grants, phase: end, blockedUntil: end };
}

/** How long `requests` more take from `now` on, if nobody else asks; an estimate to show, in milliseconds. */
export function estimate(state: QuotaState, now: number, requests: number, limit: QuotaLimit): number {
  if (requests <= 0) return 0;
  const { grants } = settled(state, now, limit);
  const recent = grants.filter((at) => at > now - limit.windowMillis);
  const beyond = requests - (limit.requests - recent.length);
  if (beyond <= 0) return 0;
  const firstWait = (recent[0] ?? now) + limit.windowMillis - now;
  return firstWait + Math.floor((beyond - 1) / limit.requests) * limit.windowMillis;
}

/** `30/60`: requests and seconds, which may have a fraction. Throws when it is none. */
export function parseQuota(text: string): QuotaLimit {
  const parts = /^(\d{1,6})\/(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  const [requests, seconds] = (parts ?? []).slice(1).map(Number);
  if (!(requests > 0 && seconds > 0)) throw new Error("A quota is REQUESTS/SECONDS, such as 30/60.");
  return { requests, windowMillis: seconds * 1000 };
}

/** A Retry-After header in milliseconds from `now`: seconds, or an HTTP date; null when it is neither. */
export function retryAfterMillis(header: string | null, now: number): number | null {
  if (header === null) return null;
  const millis = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(millis) ? null : Math.max(0, millis);
}

/** The quota of the exchange, as all that share its store know it. Grants go in the order in which they are asked for. */
export class Quota {
  #turn: Promise<unknown> = Promise.resolve();
  #latest: QuotaState = FRESH;

  constructor(readonly store: QuotaStore, readonly clock: Clock, readonly limit: QuotaLimit) {}

  /** Resolves when a request may be made; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<void> {
    const taken = this.#turn.then(() => this.#take(signal));
    this.#turn = taken.catch(() => {}); // the one who waits hears of it; the next in line goes on
    return taken;
  }

  /** Tells that the exchange has refused a request, and its Retry-After header. */
  async refused(header: string | null, signal: AbortSignal): Promise<void> {
    await this.store.update((state) => {
      const now = this.clock.now();
      return { state: refused(state, now, retryAfterMillis(header, now), this.limit), value: undefined };
    }, signal);
  }

  /** An estimate of how long so many more requests take, in milliseconds. */
  estimate(requests: number): number {
    return estimate(this.#latest, this.clock.now(), requests, this.limit);
  }

  async #take(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const wait = await this.store.update((before) => {
        const { state, wait } = claim(before, this.clock.now(), this.limit);
        this.#latest = state;
        return { state, value: wait };
      }, signal);
      if (wait === 0) return;
      await this.clock.sleep(wait, signal);
    }
  }
}

/**
 * The state without what no longer counts, and without what the clock has made impossible: if it was set back,
 * requests of the future were made now at the latest, and no block is longer than a window.
 */
function settled(
  { grants, phase, blockedUntil }: QuotaState,
  now: number,
  { windowMillis }: QuotaLimit,
): QuotaState {
  const horizon = now - windowMillis * (1 + SLACK);
  return {
    grants: grants.map((at) => Math.min(at, now)).filter((at) => at > horizon).sort((a, b) => a - b),
    phase,
    blockedUntil: Math.min(blockedUntil, now + windowMillis),
  };
}

function windowStart(phase: number, now: number, { windowMillis }: QuotaLimit): number {
  return phase + Math.floor((now - phase) / windowMillis) * windowMillis;
}
