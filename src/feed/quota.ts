import type { Clock } from "../system/clock.ts";
import { type QuotaRefusal, retryAfterMillis } from "./quota_refusal.ts";

/** The number of requests allowed in each window. */
export interface QuotaLimit {
  readonly requests: number;
  readonly windowMillis: number;
}

/** Measured to the second: 30 downloads in each fixed window of a minute, per IP address, for all venues together. */
export const EXCHANGE_QUOTA: QuotaLimit = { requests: 30, windowMillis: 60_000 };

/** What is remembered of the requests of all processes; all times in milliseconds since 1970. */
export interface QuotaState {
  /** When requests were granted, for those that may still count. */
  readonly grants: readonly number[];
  /** A time at which one of the exchange's windows begins; null until a refusal has revealed it. */
  readonly phase: number | null;
  /** Nothing is granted before this time. */
  readonly blockedUntil: number;
  /** Until this time trades have a backlog, and quotes wait; missing when they have none. */
  readonly tradesUntil?: number;
}

/** The state before the first request. */
export const FRESH: QuotaState = { grants: [], phase: null, blockedUntil: 0 };

/** The state after recent grants were lost: nothing is granted for a whole window. */
export const FORGOTTEN: QuotaState = { grants: [], phase: null, blockedUntil: Infinity };

/** Stores the state, so that all processes share it. */
export interface QuotaStore {
  /** Replaces the state by the result of `change`, without interference by others; returns the value of `change`. */
  update<T>(change: (state: QuotaState) => { state: QuotaState; value: T }, signal: AbortSignal): Promise<T>;
}

/**
 * Two requests may take different times to arrive, so that at the exchange they may be slightly closer together than
 * here: a hundredth of a window covers that.
 */
const SLACK = 0.01;
/**
 * Retry-After has a resolution of a second: the end of a window as we know it may already lie in the exchange's next
 * one.
 */
const TAIL = 0.02;
/** For the same reason: a Retry-After of 0 means less than a second, and an immediate retry would be refused again. */
const SHORTEST_BLOCK_MILLIS = 1000;
/** The largest value of a Date; a later phase comes from a damaged file, and numbers of that size lose precision. */
const LAST_TIME = 8.64e15;

/** The state after a claim, and how long to wait before the next one in milliseconds; 0 when it was granted. */
export interface Claimed {
  readonly state: QuotaState;
  readonly wait: number;
}

/**
 * Requests a grant at `now`: returns 0 when it is granted, else how long to wait before trying again, at most a window
 * and its slack.
 *
 * While the phase of the exchange's windows is unknown, no window of that length, wherever it begins, gets more
 * requests than allowed; so the exchange never refuses us, unless somebody else uses the same address. Once the phase
 * is known, each window is used from its beginning, except for its last moments.
 */
export function claim(
  state: QuotaState,
  now: number,
  limit: QuotaLimit,
): Claimed {
  const kept = settled(state, now, limit);
  const wait = Math.ceil(earliest(kept, now, 1, limit) - now);
  return wait > 0 ? { state: kept, wait } : { state: { ...kept, grants: [...kept.grants, now] }, wait: 0 };
}

/**
 * Records a refusal (429) of a request at `now`: nothing is granted until the exchange's window ends, which also
 * reveals the phase of all other windows. `retryAfter` is the wait requested by the exchange, in milliseconds; without
 * it, the window is assumed to end one window length after the first request known to be in it. A block lasts between a
 * second and a window; if it is too short, the next refusal corrects it.
 */
export function refused(
  state: QuotaState,
  now: number,
  retryAfter: number | null,
  limit: QuotaLimit,
): QuotaState {
  const kept = settled(state, now, limit);
  const { grants, phase, blockedUntil } = kept;
  // Other requests under way are refused in the same window; that adds no information.
  if (blockedUntil > now) return kept;
  const opened = Math.max(blockedUntil, phase === null ? 0 : windowStart(phase, now, limit));
  const first = grants.find((at) => at >= opened && at > now - limit.windowMillis) ?? now;
  const asked = retryAfter ?? first + limit.windowMillis - now;
  const end = now + Math.min(limit.windowMillis, Math.max(asked, SHORTEST_BLOCK_MILLIS));
  return { ...kept, phase: end, blockedUntil: end };
}

/**
 * How long `requests` more take from `now` on, if nobody else makes requests; an estimate for display, in milliseconds.
 */
export function estimate(state: QuotaState, now: number, requests: number, limit: QuotaLimit): number {
  return requests <= 0 ? 0 : earliest(settled(state, now, limit), now, requests, limit) - now;
}

/** Parses `30/60`: requests and seconds; the latter may have a fraction. Throws for anything else. */
export function parseQuota(text: string): QuotaLimit {
  const parts = /^(\d{1,6})\/(\d{1,6}(?:\.\d{1,3})?)$/.exec(text);
  const [requests, seconds] = (parts ?? []).slice(1).map(Number);
  if (!(requests > 0 && seconds > 0)) throw new Error("A quota is REQUESTS/SECONDS, such as 30/60.");
  return { requests, windowMillis: Math.round(seconds * 1000) };
}

/**
 * The exchange's quota, as known to all that share its store. Requests are granted in the order in which they are made.
 */
export class Quota {
  #turn: Promise<unknown> = Promise.resolve();
  #latest: QuotaState = FRESH;

  /** `ask` claims a request; `onWait` is called before each wait, which lasts for a window at most. */
  constructor(
    readonly store: QuotaStore,
    readonly clock: Clock,
    readonly limit: QuotaLimit,
    readonly ask: typeof claim = claim,
    readonly onWait: () => void = () => {},
  ) {}

  /**
   * Resolves when a request may be made; rejects at once with the signal's reason, also while waiting behind others.
   */
  take(signal: AbortSignal): Promise<void> {
    const taken = this.#turn.then(() => this.#take(signal));
    this.#turn = taken.catch(() => {}); // its caller gets the error; the next in line continues
    return unlessAborted(taken, signal);
  }

  /** Call this when the exchange has refused a request. */
  async refused(refusal: QuotaRefusal, signal: AbortSignal): Promise<void> {
    await this.store.update((before) => {
      const now = this.clock.now();
      this.#latest = refused(before, now, retryAfterMillis(refusal, now), this.limit);
      return { state: this.#latest, value: undefined };
    }, signal);
  }

  /** An estimate of how long `requests` more take, in milliseconds. */
  estimate(requests: number): number {
    return estimate(this.#latest, this.clock.now(), requests, this.limit);
  }

  async #take(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const wait = await this.store.update((before) => {
        const { state, wait } = this.ask(before, this.clock.now(), this.limit);
        this.#latest = state;
        return { state, value: wait };
      }, signal);
      if (wait === 0) return;
      this.onWait();
      // At most one window at a time: others may have changed the state meanwhile, or the clock may have been
      // set.
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

/** When the last of `requests` (1 or more) can be granted if they are made from `now` on without a break. */
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

/** Each request comes at least a window and its slack after the one `limit.requests` before it. */
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

/** Each window allows `limit.requests`; in a window's last moments, waits for the next one. */
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
 * The state without grants that no longer count, and without values that are impossible because the clock was set back:
 * future requests are treated as made now, and no block is longer than a window.
 */
function settled(
  { grants, phase, blockedUntil, ...others }: QuotaState,
  now: number,
  { windowMillis }: QuotaLimit,
): QuotaState {
  const horizon = now - windowMillis * (1 + SLACK);
  return {
    ...others,
    grants: grants.map((at) => Math.min(at, now)).filter((at) => at > horizon).sort((a, b) => a - b),
    phase: phase !== null && Math.abs(phase) <= LAST_TIME ? phase : null,
    blockedUntil: Math.min(blockedUntil, now + windowMillis),
  };
}

function windowStart(phase: number, now: number, { windowMillis }: QuotaLimit): number {
  return phase + Math.floor((now - phase) / windowMillis) * windowMillis;
}
