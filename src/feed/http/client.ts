import { bodyOf, BodyTooLong, OpenResponse, textOfBody } from "./body.ts";
import type { Clock } from "../../system/clock.ts";
import { ExchangeUnavailable } from "./exchange_unavailable.ts";
import { type Patience, withDeadline } from "./deadline.ts";
import { type Answer, follow } from "./follow.ts";
import { ABSENT, type Listing, parseListing } from "../listing.ts";
import type { Quota } from "../quota.ts";
import { POSTTRADE, type Service, type SourceFile } from "../file_names.ts";
import type { Venue } from "../venue.ts";

const MIB = 1024 * 1024;
/** A listing has some 100 KB. */
const LISTING_LIMIT = 8 * MIB;
/**
 * A minute file has some 30 KB, a daily file up to 28 MB, and a file with an odd name may be a daily one. If something
 * on the way unpacked it, it has sixteen times as much.
 */
const BODY_LIMIT: Record<SourceFile["kind"], number> = {
  minute: 32 * MIB,
  daily: 1024 * MIB,
  odd: 1024 * MIB,
};
const DAILY_PATIENCE: Patience = { totalMillis: 600_000, idleMillis: 30_000 };
const PATIENCE: Record<SourceFile["kind"], Patience> = {
  minute: { totalMillis: 30_000, idleMillis: 30_000 },
  daily: DAILY_PATIENCE,
  odd: DAILY_PATIENCE,
};
/** A minute of Xetra's order book has 20 MB; even a slow line should download it before the next minute is there. */
const QUOTES_PATIENCE: Patience = { totalMillis: 120_000, idleMillis: 30_000 };
/** How long to keep requesting a listing, including all retries; and the longest and shortest time for one attempt. */
const LISTING_PATIENCE_MILLIS = 20_000;
const LISTING_ATTEMPT_MILLIS = 10_000;
const SHORTEST_ATTEMPT_MILLIS = 1000;
/** Attempts per download in one cycle. Refusals because of the quota do not count, but have a limit of their own. */
const TRIES = 3;
const REFUSALS = 5;
const FIRST_BACKOFF_MILLIS = 500;

/** The result of a download: what its receiver returned, no such file, or a failure that may be temporary. */
export type Download<T> =
  | { readonly kind: "received"; readonly value: T }
  /** `reason` is the HTTP status that said so. */
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** Whose listing it is. */
interface Owner {
  readonly venue: Venue;
  readonly service: Service;
}

/** Takes the body of a download. */
type Receive<T> = (body: AsyncIterable<Uint8Array>) => Promise<T>;

/** What the client needs from its environment. */
export interface ExchangeParts {
  /** As returned by `apiBase`. */
  readonly base: URL;
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly clock: Clock;
  readonly quota: Quota;
  /** A number from 0 up to, not including, 1: spreads the retries of many collectors. */
  readonly random: () => number;
  /** Called for every failed attempt that will be repeated. */
  readonly onRetry: (what: string, reason: string) => void;
}

/** The exchange's file service; the only place that speaks HTTP. */
export class Exchange {
  constructor(readonly parts: ExchangeParts) {}

  /**
   * What the exchange lists for a service of a venue, by default for its trades; a 404 means that it has no files of it.
   * Does not count against the quota. Throws `ExchangeUnavailable` after 20 s of failures, and the signal's reason.
   */
  async list(venue: Venue, signal: AbortSignal, service: Service = POSTTRADE): Promise<Listing> {
    const { base, clock, onRetry } = this.parts;
    const url = new URL(`${venue}-${service}`, base);
    const owner = { venue, service };
    const deadline = clock.monotonic() + LISTING_PATIENCE_MILLIS;
    for (let attempt = 0;; attempt++) {
      try {
        return await this.#listOnce(url, owner, deadline - clock.monotonic(), signal);
      } catch (error) {
        signal.throwIfAborted();
        const reason = reasonOf(error);
        const left = deadline - clock.monotonic() - SHORTEST_ATTEMPT_MILLIS;
        if (left <= 0) {
          throw new ExchangeUnavailable(
            `The exchange does not list its files at ${url} (${reason}). Nothing was fetched; try again later`,
            { cause: error },
          );
        }
        onRetry(`the listing of ${venue}`, reason);
        await clock.sleep(Math.min(left, this.#backoff(attempt)), signal);
      }
    }
  }

  /**
   * Downloads a file and passes its body to `receive`; starts again if the body breaks off. If the file is gone under
   * one of its names, the next name is tried. Requests count against the quota. Rejects with what `receive` itself
   * throws, and with the signal's reason.
   */
  async download<T>(file: SourceFile, receive: Receive<T>, signal: AbortSignal): Promise<Download<T>> {
    const [first, ...others] = file.servedAs;
    let download = await this.#downloadAs(first, file, receive, signal);
    for (const name of others) {
      if (download.kind !== "gone") break;
      this.parts.onRetry(first, `${download.reason}, asked for as ${name}`);
      download = await this.#downloadAs(name, file, receive, signal);
    }
    return download;
  }

  async #downloadAs<T>(
    name: string,
    file: SourceFile,
    receive: Receive<T>,
    signal: AbortSignal,
  ): Promise<Download<T>> {
    const { clock, quota, onRetry } = this.parts;
    let [tries, refusals] = [0, 0];
    for (;;) {
      await quota.take(signal);
      const attempt = await this.#attempt(name, file, receive, signal);
      if (attempt.kind === "refused") {
        await quota.refused(attempt, signal);
        if (++refusals === REFUSALS) return { kind: "failed", reason: `refused ${REFUSALS} times (429)` };
        onRetry(name, "429, over the quota");
        continue;
      }
      if (attempt.kind !== "broken") return attempt;
      if (++tries === TRIES) return { kind: "failed", reason: `${attempt.reason}, ${TRIES} times` };
      onRetry(name, attempt.reason);
      await clock.sleep(this.#backoff(tries), signal);
    }
  }

  async #listOnce(
    url: URL,
    { venue, service }: Owner,
    leftMillis: number,
    signal: AbortSignal,
  ): Promise<Listing> {
    const totalMillis = Math.min(LISTING_ATTEMPT_MILLIS, leftMillis);
    const patience = { totalMillis, idleMillis: totalMillis };
    return await withDeadline(patience, this.parts.clock, signal, async (signal, onProgress) => {
      await using response = await this.#get(url, { accept: "application/json" }, signal);
      if (response.status === 404) return ABSENT;
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
      return parseListing(await textOfBody(response, LISTING_LIMIT, onProgress), venue, service);
    });
  }

  async #attempt<T>(
    name: string,
    file: SourceFile,
    receive: Receive<T>,
    signal: AbortSignal,
  ): Promise<Attempt<T>> {
    // Errors of the body come from the network; other errors of `receive` are its own.
    let broken = false;
    try {
      return await withDeadline(
        patienceFor(file),
        this.parts.clock,
        signal,
        async (signal, onProgress) => {
          const answer = await this.#ask(name, signal).catch((error) => {
            broken = true;
            throw error;
          });
          if (answer.kind !== "body") return answer;
          await using response = answer.response;
          const body = bodyOf(response, bodyLimit(file), onProgress);
          const value = await receive(noting(body, () => broken = true));
          return { kind: "received", value };
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      if (!broken) throw error;
      const reason = reasonOf(error);
      return error instanceof BodyTooLong ? { kind: "failed", reason } : { kind: "broken", reason };
    }
  }

  #ask(name: string, signal: AbortSignal): Promise<Answer> {
    const { base } = this.parts;
    // Without this header fetch would unpack files that are marked as gzip; the spool needs the exchange's
    // own bytes.
    const headers = { accept: "*/*", "accept-encoding": "identity" };
    return follow(new URL(`download/${name}`, base), base, (url) => this.#get(url, headers, signal));
  }

  async #get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<OpenResponse> {
    return new OpenResponse(await this.parts.fetch(url, { headers, redirect: "manual", signal }));
  }

  #backoff(attempt: number): number {
    return FIRST_BACKOFF_MILLIS * 2 ** attempt * (0.5 + this.parts.random());
  }
}

/** A minute of the order book is as large as a day of trades. */
function bodyLimit({ kind, service }: SourceFile): number {
  return service === POSTTRADE ? BODY_LIMIT[kind] : BODY_LIMIT.daily;
}

function patienceFor({ kind, service }: SourceFile): Patience {
  return service === POSTTRADE ? PATIENCE[kind] : QUOTES_PATIENCE;
}

/** The result of one attempt: the end of a download, or a reason to try again. */
type Attempt<T> = Download<T> | Exclude<Answer, { kind: "body" }>;

/** The same body; `onError` is called when it breaks off. */
async function* noting(body: AsyncIterable<Uint8Array>, onError: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    onError();
    throw error;
  }
}

/** What went wrong, in a few words; fetch hides the reason in the error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
}
