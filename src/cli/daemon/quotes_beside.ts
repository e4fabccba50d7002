import { counted } from "../../collect/counted.ts";
import { CRITICAL_FAILURES } from "../../collect/monitor/health.ts";
import { announceEnd, type CycleOutcome } from "../../daemon/announce.ts";
import { counting, NO_FAILURES } from "../../daemon/failures.ts";
import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { log } from "../../log/log.ts";
import type { Clock } from "../../system/clock.ts";
import { stackOf } from "../../system/disk_error.ts";
import { type CarryOut, type Job, LAST_OF_QUOTES } from "./cycle_thread.ts";
import { endingSilent, pauseAfterSilent, ThreadIsSilent } from "./silent_thread.ts";
import { outcomeOf, type VenueStates } from "./venue_states.ts";

/** What the cycles run by, and what ends them. */
export interface BesideParts {
  readonly clock: Clock;
  readonly carryOut: CarryOut;
  readonly stop: AbortSignal;
}

/**
 * The cycles of quotes beside those of trades: each is started when a cycle of trades has ended, in a thread of its own,
 * and nobody waits for it. There is one at a time; what was started meanwhile comes after it, once. A thread that gives
 * no sign of life is abandoned, and the next one follows after a pause, which grows.
 */
export class QuotesBeside {
  readonly #carryOut: CarryOut;
  #next: Job | null = null;
  #running: Promise<void> | null = null;
  #failures = NO_FAILURES;
  #cycles = 0;
  /** Threads in a row that gave no sign of life, and when the next one may start, by the monotonic clock. */
  #silent = 0;
  #notBefore = -Infinity;

  constructor(readonly states: VenueStates, readonly parts: BesideParts) {
    this.#carryOut = endingSilent(parts.carryOut, parts.clock);
  }

  start(job: Job): void {
    // A job that leaves nothing for later is not replaced by one that does.
    if (this.#next !== LAST_OF_QUOTES) this.#next = job;
    this.#running ??= this.#run().finally(() => this.#running = null);
  }

  /** Resolves when none is running. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let job = this.#take(); job !== null && !this.parts.stop.aborted; job = this.#take()) {
      const { clock } = this.parts;
      const start = clock.monotonic();
      const outcome = await this.#outcomeOf(job);
      if (outcome !== null) this.#announce(outcome, (clock.monotonic() - start) / 1000);
    }
  }

  #take(): Job | null {
    if (this.parts.clock.monotonic() < this.#notBefore) return null;
    const job = this.#next;
    this.#next = null;
    return job;
  }

  /** Null when it was stopped, or gave no sign of life. */
  async #outcomeOf(job: Job): Promise<CycleOutcome | null> {
    try {
      const { stop } = this.parts;
      const results = await this.#carryOut(job, { stop, progress: () => {} });
      this.#silent = 0;
      return outcomeOf(results, this.states);
    } catch (error) {
      if (this.parts.stop.aborted) return null;
      if (error instanceof ThreadIsSilent) return this.#pauseAfter(error);
      this.#silent = 0;
      return { summary: "", failure: stackOf(error), unavailable: false, nothingYet: false };
    }
  }

  #pauseAfter({ message }: ThreadIsSilent): null {
    const pause = pauseAfterSilent(++this.#silent);
    this.#notBefore = this.parts.clock.monotonic() + pause;
    const next = pause === 0
      ? "the next cycle"
      : `in ${counted(pause / MILLIS_PER_MINUTE, "minute")} a cycle`;
    log.warning(
      `Quotes: the thread for ${this.states.venues.join(", ")} hung (${message}) and is abandoned: ` +
        `look whether the disk answers, and restart the daemon if quotes fail from now on. ` +
        `Trades go on, and ${next} starts another thread`,
    );
    return null;
  }

  #announce(outcome: CycleOutcome, seconds: number): void {
    const before = this.#failures;
    this.#failures = counting(before, outcome.failure);
    const cycle = { ...outcome, missed: 0, seconds, number: ++this.#cycles };
    for (const { level, message } of announceEnd(cycle, before, this.#failures, CRITICAL_FAILURES)) {
      log[level](`Quotes: ${message}`);
    }
  }
}
