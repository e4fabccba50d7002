import type { Clock } from "../system/clock.ts";

/**
 * Work of this length in one piece delays a signal by no more than a person notices. A pause takes one or two milliseconds,
 * since it must be a timer: of immediates, sixty in a row pass before anything is read from the network, and downloads
 * beside the work ran into their deadlines.
 */
const SLICE_MILLIS = 50;

/** Lets signals and timers in between slices of long work. */
export class Pace {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onSlice: () => void;
  #sliceStart: number;

  /** `onSlice` is called whenever a slice is over. */
  constructor(clock: Clock, signal: AbortSignal, onSlice: () => void) {
    this.#clock = clock;
    this.#signal = signal;
    this.#onSlice = onSlice;
    this.#sliceStart = clock.monotonic();
  }

  /** To be awaited often; gives way when a slice is over. Throws the signal's reason once it has fired. */
  async breathe(): Promise<void> {
    if (this.#clock.monotonic() - this.#sliceStart < SLICE_MILLIS) return this.#signal.throwIfAborted();
    this.#onSlice();
    await this.#clock.sleep(0, this.#signal);
    this.#sliceStart = this.#clock.monotonic();
  }
}
