import type { Clock } from "../../system/clock.ts";
import { FORGOTTEN, FRESH, type QuotaState, type QuotaStore } from "../../feed/quota.ts";
import { contentOf, type HeldLock, replaceContent, takeLock } from "../../system/lock.ts";
import { decodeRecord, encodeRecord } from "./state_record.ts";

/** How long to wait for the lock; other processes hold it for a millisecond at a time. */
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
    const { state, value } = change(stateIn(this.path, lock));
    replaceContent(this.path, lock.file, encodeRecord(state));
    return value;
  }
}

/** The state in the file. If the file existed but is damaged, recent requests are unknown. */
function stateIn(path: string, { file, isNew }: HeldLock): QuotaState {
  const content = contentOf(path, file);
  if (content === "" && isNew) return FRESH;
  const { grants, phase, blockedUntil, tradesUntil } = decodeRecord(content) ?? {};
  const isValid = Array.isArray(grants) && grants.every(Number.isFinite) && Number.isFinite(blockedUntil) &&
    (phase === null || Number.isFinite(phase));
  if (!isValid) return FORGOTTEN;
  const state = { grants, phase, blockedUntil } as QuotaState;
  return Number.isFinite(tradesUntil) ? { ...state, tradesUntil: Number(tradesUntil) } : state;
}
