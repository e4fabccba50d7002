import type { Clock } from "../../src/system/clock.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/**
 * Time that a test controls. Sleeps of up to `skipMillis` end at once, and move the time on; longer ones last until
 * the test moves the time there.
 */
export class FakeClock implements Clock {
  millis = Date.UTC(2026, 8, 1, 8);
  /** The requested sleeps, in order. */
  readonly slept: number[] = [];
  readonly #sleepers = new Set<Sleeper>();
  #setBy = 0;

  constructor(readonly skipMillis = 0) {}

  now(): number {
    return this.millis + this.#setBy;
  }

  monotonic(): number {
    return this.millis;
  }

  /** Sets the wall clock ahead by this much, or back. */
  setBy(millis: number): void {
    this.#setBy += millis;
  }

  /** How many sleepers wait for the time to move. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(millis: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    this.slept.push(millis);
    if (millis <= this.skipMillis) {
      this.millis += millis;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.millis + millis, wake: resolve };
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", () => {
        if (this.#sleepers.delete(sleeper)) reject(signal.reason);
      });
    });
  }

  /** Moves the time on, and lets the sleepers that wake run. */
  async advance(millis: number): Promise<void> {
    this.millis += millis;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.until <= this.millis && this.#sleepers.delete(sleeper)) sleeper.wake();
    }
    await settle();
  }
}

/** Lets everything run that only waits for its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
