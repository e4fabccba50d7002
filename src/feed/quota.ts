import type { Clock } from "../system/clock.ts";

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
  /** A time at which one of the exchange's windows begins; null until a refusal has shown it. */
  readonly phase: number | null;
  /** Nothing is granted before. */
  readonly blockedUntil: number;
}

/** Nothing was granted yet. */
export const FRESH: QuotaState = { grants: [], phase: null, blockedUntil: 0 };

/** What was granted just now has been forgotten: nothing is granted for a whole window. */
export const UNKNOWN: QuotaState = { grants: [], phase: null, blockedUntil: Infinity };

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
/** The same rounding: a Retry-After of 0 means less than a second, and asking at once would be refused again. */
const SHORTEST_BLOCK_MILLIS = 1000;
/** What a Date can hold; a phase beyond it comes from a spoilt file, and numbers of that size no longer add up. */
const LAST_TIME = 8.64e15;

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
  const kept = settled(state, now, limit);
  const wait = Math.ceil(earliest(kept, now, 1, limit) - now);
  return wait > 0 ? { state: kept, wait } : { state: { ...kept, grants: [...kept.grants, now] }, wait: 0 };
}

/**
 * Takes in a refusal (429) of a request at `now`: nothing is granted until the window of the exchange ends, which
 * also gives the phase of all others. `retryAfter` is what the exchange asked to wait in milliseconds; without it
 * the window is taken to end a window's length after the first request in it that we know of. A block lasts from a
 * second to a window; if it was too short, the next refusal's is long enough.
 */
export function refused(
  state: QuotaState,
  now: number,
  retryAfter: number | null,
  limit: QuotaLimit,
): QuotaState {
  const { grants, phase, blockedUntil } = settled(state, now, limit);
  // Other requests that were under way are refused in the same window, and say nothing new.
  if (blockedUntil > now) return { grants, phase, blockedUntil };
  const opened = Math.max(blockedUntil, phase === null ? 0 : windowStart(phase, now, limit));
  const first = grants.find((at) => at >= opened && at > now - limit.windowMillis) ?? now;
  const told = retryAfter ?? first + limit.windowMillis - now;
  const end = now + Math.min(limit.windowMillis, Math.max(told, SHORTEST_BLOCK_MILLIS));
  return { grants, phase: end, blockedUntil: end };
}

/** How long `requests` more take from `now` on, if nobody else asks; an estimate to show, in milliseconds. */
export function estimate(state: QuotaState, now: number, requests: number, limit: QuotaLimit): number {
  return requests <= 0 ? 0 : earliest(settled(state, now, limit), now, requests, limit) - now;
}

/** `30/60`: requests and seconds, which may have a fraction. Throws when it is none. */
export function parseQuota(text: string): QuotaLimit {
  const parts = /^(\d{1,6})\/(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  const [requests, seconds] = (parts ?? []).slice(1).map(Number);
  if (!(requests > 0 && seconds > 0)) throw new Error("A quota is REQUESTS/SECONDS, such as 30/60.");
  return { requests, windowMillis: Math.round(seconds * 1000) };
}

/** What a refusal says about when to ask again: two of its headers, each null where it is missing. */
export interface Refusal {
  readonly retryAfter: string | null;
  readonly date: string | null;
}

/**
 * How long a refusal at `now` asks to wait, in milliseconds: Retry-After is seconds, or an HTTP date; 0 when that is
 * past, null when it is neither. A date counts from the one at which the exchange answered: our clock may be wrong.
 */
export function retryAfterMillis({ retryAfter, date }: Refusal, now: number): number | null {
  if (retryAfter === null) return null;
  if (/^-?\d+$/.test(retryAfter)) return Math.max(0, Number(retryAfter) * 1000);
  const until = httpDate(retryAfter);
  return until === null ? null : Math.max(0, until - (httpDate(date) ?? now));
}

/** Only what looks like an HTTP date is parsed as one: Date.parse finds dates in "abc 5" as well. */
function httpDate(header: string | null): number | null {
  const millis = header !== null && /^[A-Z][a-z]+, .* GMT$/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(millis) ? null : millis;
}

/** The quota of the exchange, as all that share its store know it. Grants go in the order in which they are asked for. */
export class Quota {
  #turn: Promise<unknown> = Promise.resolve();
  #latest: QuotaState = FRESH;

  constructor(readonly store: QuotaStore, readonly clock: Clock, readonly limit: QuotaLimit) {}

  /** Resolves when a request may be made; rejects at once with the signal's reason, also while others are waiting. */
  take(signal: AbortSignal): Promise<void> {
    const taken = this.#turn.then(() => this.#take(signal));
    this.#turn = taken.catch(() => {}); // its caller gets the error; the next in line goes on
    return unlessAborted(taken, signal);
  }

  /** To be called when the exchange has refused a request. */
  async refused(refusal: Refusal, signal: AbortSignal): Promise<void> {
    await this.store.update((before) => {
      const now = this.clock.now();
      this.#latest = refused(before, now, retryAfterMillis(refusal, now), this.limit);
      return { state: this.#latest, value: undefined };
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
      // A window at a time: others may have changed the state meanwhile, or somebody the clock.
      await this.clock.sleep(Math.min(wait, this.limit.windowMillis), signal);
    }
  }
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it fires. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** When the last of so many requests, 1 or more, can be granted if they are asked for from `now` on without a break. */
function earliest(
  { grants, phase, blockedUntil }: QuotaState,
  now: number,
  requests: number,
  limit: QuotaLimit,
): number {
  const from = Math.max(now, blockedUntil);
  return phase === null
    ? earliestInAnyPhase(grants, from, requests, limit)
    : earliestInPhase(grants, phase, from, requests, limit);
}

/** Each request comes a window and its slack after the one that is `limit.requests` before it. */
function earliestInAnyPhase(
  grants: readonly number[],
  from: number,
  requests: number,
  limit: QuotaLimit,
): number {
  const period = limit.windowMillis * (1 + SLACK);
  const rounds = Math.floor((requests - 1) / limit.requests);
  const before = grants[grants.length - limit.requests + (requests - 1) % limit.requests] ?? -Infinity;
  return Math.max(from, before + period) + rounds * period;
}

/** Each window has `limit.requests`; in its last moments the next one is waited for. */
function earliestInPhase(
  grants: readonly number[],
  phase: number,
  from: number,
  requests: number,
  limit: QuotaLimit,
): number {
  const { windowMillis } = limit;
  const opens = windowStart(phase, from + windowMillis * TAIL, limit);
  const free = Math.max(0, limit.requests - grants.filter((at) => at >= opens).length);
  if (requests <= free) return Math.max(from, opens);
  return opens + Math.ceil((requests - free) / limit.requests) * windowMillis;
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
    phase: phase !== null && Math.abs(phase) <= LAST_TIME ? phase : null,
    blockedUntil: Math.min(blockedUntil, now + windowMillis),
  };
}

function windowStart(phase: number, now: number, { windowMillis }: QuotaLimit): number {
  return phase + Math.floor((now - phase) / windowMillis) * windowMillis;
}
