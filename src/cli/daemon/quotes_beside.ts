import { CRITICAL_FAILURES } from "../../collect/monitor/health.ts";
import { announceEnd, type CycleOutcome } from "../../daemon/announce.ts";
import { counting, NO_FAILURES } from "../../daemon/failures.ts";
import { log } from "../../log/log.ts";
import type { Clock } from "../../system/clock.ts";
import { type CarryOut, type Job, LAST_OF_QUOTES } from "./cycle_thread.ts";
import { outcomeOf, type VenueStates } from "./venue_states.ts";

/** What the cycles run by, and what ends them. */
export interface BesideParts {
  readonly clock: Clock;
  readonly carryOut: CarryOut;
  readonly stop: AbortSignal;
}

/**
 * The cycles of quotes beside those of trades: each is started when a cycle of trades has ended, in a thread of its own,
 * and nobody waits for it. There is one at a time; what was started meanwhile comes after it, once.
 */
export class QuotesBeside {
  readonly #states: VenueStates;
  readonly #parts: BesideParts;
  #next: Job | null = null;
  #running: Promise<void> | null = null;
  #failures = NO_FAILURES;
  #cycles = 0;

  constructor(states: VenueStates, parts: BesideParts) {
    this.#states = states;
    this.#parts = parts;
  }

  start(job: Job): void {
    // One that leaves nothing for later is not forgotten for one that does.
    if (this.#next !== LAST_OF_QUOTES) this.#next = job;
    this.#running ??= this.#run().finally(() => this.#running = null);
  }

  /** Resolves when none is running. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let job = this.#take(); job !== null && !this.#parts.stop.aborted; job = this.#take()) {
      const { clock } = this.#parts;
      const start = clock.monotonic();
      const outcome = await this.#outcomeOf(job);
      if (outcome !== null) this.#announce(outcome, (clock.monotonic() - start) / 1000);
    }
  }

  #take(): Job | null {
    const job = this.#next;
    this.#next = null;
    return job;
  }

  /** Null when it was stopped. */
  async #outcomeOf(job: Job): Promise<CycleOutcome | null> {
    try {
      const { carryOut, stop } = this.#parts;
      const results = await carryOut(job, { stop, progress: () => {} });
      return outcomeOf(results, this.#states);
    } catch (error) {
      if (this.#parts.stop.aborted) return null;
      const failure = error instanceof Error ? error.stack ?? error.message : String(error);
      return { summary: "", failure, unavailable: false, nothingYet: false };
    }
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
