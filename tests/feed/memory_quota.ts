import type { Clock } from "../../src/system/clock.ts";
import { FRESH, Quota, type QuotaLimit, type QuotaState, type QuotaStore } from "../../src/feed/quota.ts";

/** A quota's state for one process. */
export class MemoryStore implements QuotaStore {
  constructor(public state: QuotaState = FRESH) {}

  update<T>(change: (state: QuotaState) => { state: QuotaState; value: T }): Promise<T> {
    const { state, value } = change(this.state);
    this.state = state;
    return Promise.resolve(value);
  }
}

/** More requests than a test makes. */
export const AMPLE: QuotaLimit = { requests: 10_000, windowMillis: 60_000 };

export function memoryQuota(clock: Clock, limit: QuotaLimit = AMPLE): Quota {
  return new Quota(new MemoryStore(), clock, limit);
}
