import type { Clock } from "../feed/clock.ts";
import { FRESH, type QuotaState, type QuotaStore } from "../feed/quota.ts";
import { contentOf, replaceContent, takeLock } from "./lock.ts";

/** Others hold the file for a millisecond at a time. */
const PATIENCE_MILLIS = 60_000;

/** Another process keeps the quota's file locked. */
export class QuotaBusy extends Error {
  override name = "QuotaBusy";
}

/** The quota's state in one locked file, which all processes and venues share. */
export class QuotaFile implements QuotaStore {
  constructor(readonly path: string, readonly clock: Clock) {}

  /** Throws `CannotWrite`, `QuotaBusy` when the file stays locked for a minute, and what `change` throws. */
  async update<T>(
    change: (state: QuotaState) => { state: QuotaState; value: T },
    signal: AbortSignal,
  ): Promise<T> {
    const taken = await takeLock(this.path, this.clock, PATIENCE_MILLIS, signal);
    if ("holder" in taken) {
      throw new QuotaBusy(
        `${this.path} has been locked for a minute: end the process that is stuck, or use another --quota-file`,
      );
    }
    using lock = taken.lock;
    const { state, value } = change(stateOf(contentOf(lock.file)));
    replaceContent(this.path, lock.file, JSON.stringify(state));
    return value;
  }
}

/** A file that a crash has spoilt costs one refusal of the exchange at most. */
function stateOf(content: string): QuotaState {
  try {
    const { grants, phase, blockedUntil } = JSON.parse(content);
    const valid = Array.isArray(grants) && grants.every(Number.isFinite) && Number.isFinite(blockedUntil) &&
      (phase === null || Number.isFinite(phase));
    return valid ? { grants, phase, blockedUntil } : FRESH;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return FRESH;
    throw error;
  }
}
