import type { Clock } from "../system/clock.ts";

/**
 * Work of this length in one piece delays a signal too little for a person to notice. A pause takes one or two
 * milliseconds because it must be a timer: after immediates, sixty of them pass before anything is read from the
 * network, and downloads beside the work ran into their deadlines.
 */
const SLICE_MILLIS = 50;

/** Splits long work into slices, so that signals and timers are handled between them. */
export class Pace {
  #sliceStart: number;

  /** `onSlice` is called whenever a slice is over; by default nothing is. */
  constructor(readonly clock: Clock, readonly signal: AbortSignal, readonly onSlice: () => void = () => {}) {
    this.#sliceStart = clock.monotonic();
  }

  /**
   * Await this often; it pauses when a slice is over. Throws the signal's reason once it has fired. Bound: it can be
   * handed on by itself.
   */
  readonly breathe = async (): Promise<void> => {
    if (this.clock.monotonic() - this.#sliceStart < SLICE_MILLIS) return this.signal.throwIfAborted();
    this.onSlice();
    await this.clock.sleep(0, this.signal);
    this.#sliceStart = this.clock.monotonic();
  };

  /** Awaits work that goes on elsewhere. Throws the signal's reason as soon as it fires, and what the work throws. */
  async during<T>(work: Promise<T>): Promise<T> {
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason);
    this.signal.throwIfAborted();
    this.signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }
}
