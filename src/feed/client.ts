import { redirectTarget } from "./api.ts";
import { bodyOf, BodyTooLong, textOfBody } from "./body.ts";
import type { Clock } from "./clock.ts";
import { type Patience, withDeadline } from "./deadline.ts";
import { ABSENT, type Listing, parseListing } from "./listing.ts";
import type { Quota } from "./quota.ts";
import type { SourceFile } from "./source_file.ts";
import type { Venue } from "./venue.ts";

const MIB = 1024 * 1024;
/** A listing has some 100 KB. */
const LISTING_LIMIT = 8 * MIB;
/** A minute file has some 30 KB, a daily one up to 28 MB. */
const BODY_LIMIT = { minute: 32 * MIB, daily: 256 * MIB };
const PATIENCE: Record<"listing" | "minute" | "daily", Patience> = {
  listing: { totalMillis: 10_000, idleMillis: 10_000 },
  minute: { totalMillis: 30_000, idleMillis: 30_000 },
  daily: { totalMillis: 600_000, idleMillis: 30_000 },
};
/** How long a listing is asked for again. */
const LISTING_PATIENCE_MILLIS = 20_000;
/** Tries of a download in one cycle; refusals of the quota are none, but there is an end to them as well. */
const TRIES = 3;
const REFUSALS = 5;
const FIRST_BACKOFF_MILLIS = 500;

/** The exchange cannot be asked what it lists. */
export class ExchangeUnavailable extends Error {
  override name = "ExchangeUnavailable";
}

/** What became of a download: what its receiver returned, no such file, or a failure that may pass. */
export type Download<T> =
  | { readonly kind: "received"; readonly value: T }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly reason: string };

/** What the client needs of the world. */
export interface ExchangeParts {
  /** From `apiBase`. */
  readonly base: URL;
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly quota: Quota;
  /** From 0 up to 1: spreads the retries of many collectors. */
  readonly random: () => number;
  /** Told of every attempt that failed and is made again. */
  readonly onRetry: (what: string, reason: string) => void;
}

/** The exchange's file service: the one place that speaks HTTP. */
export class Exchange {
  readonly #parts: ExchangeParts;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  /**
   * What the exchange lists of a venue; 404 means that it has no files of it. Does not count against the quota.
   * Throws `ExchangeUnavailable` after 20 s of failures, and the signal's reason.
   */
  async list(venue: Venue, signal: AbortSignal): Promise<Listing> {
    const { base, clock, onRetry } = this.#parts;
    const url = new URL(`${venue}-posttrade`, base);
    const deadline = clock.now() + LISTING_PATIENCE_MILLIS;
    for (let attempt = 0;; attempt++) {
      try {
        return await this.#listOnce(url, venue, signal);
      } catch (error) {
        signal.throwIfAborted();
        const reason = reasonOf(error);
        const pause = this.#backoff(attempt);
        if (clock.now() + pause > deadline) {
          throw new ExchangeUnavailable(
            `The exchange does not list its files at ${url} (${reason}). Nothing was fetched; try again later`,
            { cause: error },
          );
        }
        onRetry(`the listing of ${venue}`, reason);
        await clock.sleep(pause, signal);
      }
    }
  }

  /**
   * Downloads a file and gives its body to `receive`, again from the start if it breaks off. Requests count against
   * the quota. Rejects with what `receive` itself throws, and with the signal's reason.
   */
  async download<T>(
    file: SourceFile,
    receive: (body: AsyncIterable<Uint8Array>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Download<T>> {
    const { clock, quota, onRetry } = this.#parts;
    let [tries, refusals] = [0, 0];
    for (;;) {
      await quota.take(signal);
      const attempt = await this.#attempt(file, receive, signal);
      if (attempt.kind === "refused" && ++refusals < REFUSALS) {
        await quota.refused(attempt.retryAfter, signal);
        onRetry(file.name, "429, over the quota");
        continue;
      }
      if (attempt.kind === "refused") return { kind: "failed", reason: `refused ${REFUSALS} times (429)` };
      if (attempt.kind !== "broken") return attempt;
      if (++tries === TRIES) return { kind: "failed", reason: `${attempt.reason}, ${TRIES} times` };
      onRetry(file.name, attempt.reason);
      await clock.sleep(this.#backoff(tries), signal);
    }
  }

  async #listOnce(url: URL, venue: Venue, signal: AbortSignal): Promise<Listing> {
    return await withDeadline(PATIENCE.listing, this.#parts.clock, signal, async (signal) => {
      await using response = await this.#get(url, "application/json", signal);
      if (response.status === 404) return ABSENT;
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
      return parseListing(await textOfBody(response.response, LISTING_LIMIT), venue);
    });
  }

  async #attempt<T>(
    file: SourceFile,
    receive: (body: AsyncIterable<Uint8Array>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<Attempt<T>> {
    const size = file.minute === null ? "daily" : "minute";
    // What the body throws is the network's; what else `receive` throws is its own.
    let broken: { error: unknown } | null = null;
    try {
      return await withDeadline(PATIENCE[size], this.#parts.clock, signal, async (signal, onProgress) => {
        const answer = await this.#follow(file, signal).catch((error) => {
          broken = { error };
          throw error;
        });
        if (answer.kind !== "body") return answer;
        await using response = answer.response;
        const body = bodyOf(response.response, BODY_LIMIT[size], onProgress);
        const value = await receive(noting(body, (error) => broken = { error }));
        return { kind: "received", value };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (broken === null) throw error;
      const reason = reasonOf(error);
      return error instanceof BodyTooLong ? { kind: "failed", reason } : { kind: "broken", reason };
    }
  }

  /** Asks the API, and goes at once where it sends us: a signed URL dies after two seconds. */
  async #follow(file: SourceFile, signal: AbortSignal): Promise<Answer> {
    const { base } = this.#parts;
    const first = await this.#get(new URL(`download/${file.name}`, base), "*/*", signal);
    if (!isRedirect(first.status)) return await judge(first);
    const location = first.response.headers.get("location");
    await first[Symbol.asyncDispose]();
    const target = redirectTarget(location, base);
    if (target === null) return { kind: "failed", reason: `refused redirect to ${location}` };
    const second = await this.#get(target, "*/*", signal);
    if (!isRedirect(second.status)) return await judge(second);
    await second[Symbol.asyncDispose]();
    return { kind: "failed", reason: "refused second redirect" };
  }

  async #get(url: URL, accept: string, signal: AbortSignal): Promise<Closing> {
    const headers = { accept, "accept-encoding": "identity" };
    return new Closing(await this.#parts.fetch(url, { headers, redirect: "manual", signal }));
  }

  #backoff(attempt: number): number {
    return FIRST_BACKOFF_MILLIS * 2 ** attempt * (0.5 + this.#parts.random());
  }
}

/** An attempt that may be made again, besides those that end a download. */
type Attempt<T> =
  | Download<T>
  | { readonly kind: "broken"; readonly reason: string }
  | { readonly kind: "refused"; readonly retryAfter: string | null };

type Answer =
  | { readonly kind: "body"; readonly response: Closing }
  | Exclude<Attempt<never>, { kind: "received" }>;

/** A response whose body is cancelled in the end: an unread one would block its connection. */
class Closing implements AsyncDisposable {
  constructor(readonly response: Response) {}

  get status(): number {
    return this.response.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.response.body?.locked === false) await this.response.body.cancel();
  }
}

async function judge(response: Closing): Promise<Answer> {
  if (response.status === 200) return { kind: "body", response };
  const { status } = response;
  const retryAfter = response.response.headers.get("retry-after");
  await response[Symbol.asyncDispose]();
  if (status === 404) return { kind: "gone" };
  return status === 429 ? { kind: "refused", retryAfter } : { kind: "broken", reason: `HTTP ${status}` };
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function* noting(
  body: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onError(error);
    throw error;
  }
}

/** What went wrong, in a few words: fetch hides the cause in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
}
