/** The downloads in each window and its seconds, and how a refusal says when to try again. */
export interface QuotaOptions {
  readonly downloads: number;
  readonly seconds: number;
  /** When some window begins, in milliseconds since 1970 UTC; by default the start of the server. */
  readonly phase?: number;
  readonly retryAfter?: "seconds" | "date" | "none";
}

/**
 * The exchange's quota: fixed windows that keep their phase, and refused requests do not count
 * (30 in 60 seconds in a recorded session; per address, over all venues together).
 */
export class Quota {
  readonly #options: QuotaOptions;
  readonly #phase: number;
  readonly #granted = new Map<number, number>();

  /** `start` is the time of the server's start, in milliseconds since 1970 UTC. */
  constructor(options: QuotaOptions, start: number) {
    this.#options = options;
    this.#phase = options.phase ?? start;
  }

  /** Whether a request at `now` is within the quota; if so, it is counted. */
  take(now: number): boolean {
    const window = this.#window(now);
    const granted = this.#granted.get(window) ?? 0;
    if (granted >= this.#options.downloads) return false;
    this.#granted.set(window, granted + 1);
    return true;
  }

  /** The headers of a refusal at `now`. */
  refusalHeaders(now: number): Record<string, string> {
    const next = this.#phase + (this.#window(now) + 1) * this.#options.seconds * 1000;
    switch (this.#options.retryAfter ?? "none") {
      case "none":
        return {};
      case "seconds":
        return { "retry-after": String(Math.ceil((next - now) / 1000)) };
      case "date":
        return { "retry-after": new Date(Math.ceil(next / 1000) * 1000).toUTCString() };
    }
  }

  #window(now: number): number {
    return windowOf(now, this.#options.seconds, this.#phase);
  }
}

/** The largest number of `times` in one window of this many seconds; one window begins at `phase`. */
export function mostInAnyWindow(times: readonly number[], seconds: number, phase: number): number {
  const counts = new Map<number, number>();
  for (const time of times) {
    const window = windowOf(time, seconds, phase);
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function windowOf(now: number, seconds: number, phase: number): number {
  return Math.floor((now - phase) / (seconds * 1000));
}
