import type { Clock } from "../../src/system/clock.ts";

/** A clock that moves only when somebody sleeps, and then at once. */
export class FakeClock implements Clock {
  /** How long was slept each time, in milliseconds. */
  readonly naps: number[] = [];
  readonly #events: { at: number; happen: () => void }[] = [];
  #wall: number;
  #monotonic = 5_000;

  constructor(start: Temporal.Instant) {
    this.#wall = start.epochMilliseconds;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  get instant(): Temporal.Instant {
    return Temporal.Instant.fromEpochMilliseconds(this.#wall);
  }

  /** Sets the wall clock. A machine that slept looks the same, since its monotonic clock stood still. */
  set(wall: Temporal.Instant): void {
    this.#wall = wall.epochMilliseconds;
  }

  /** Runs something `millis` of monotonic time from now, in the middle of a sleep if necessary. */
  in(millis: number, happen: () => void): void {
    this.#events.push({ at: this.#monotonic + millis, happen });
    this.#events.sort((a, b) => a.at - b.at);
  }

  async sleep(millis: number, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    signal.throwIfAborted();
    this.naps.push(millis);
    const end = this.#monotonic + millis;
    while (this.#events.length > 0 && this.#events[0].at <= end) {
      const { at, happen } = this.#events.shift()!;
      this.#pass(at);
      happen();
      signal.throwIfAborted();
    }
    this.#pass(end);
  }

  #pass(until: number): void {
    this.#wall += until - this.#monotonic;
    this.#monotonic = until;
  }
}
