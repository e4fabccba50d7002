import type { DaySpec } from "./day.ts";
import { Exchange, type Parts, type RecordedRequest } from "./exchange.ts";
import { type Fault, FaultPlan, type FaultRange, type Place } from "./faults.ts";
import { type LoopbackServer, serveLoopback } from "./http.ts";
import type { NameForm } from "./listing.ts";
import { mostInAnyWindow, Quota, type QuotaOptions } from "./quota.ts";
import type { QuoteDaySpec } from "./quotes/quote_day.ts";
import { type QuoteChoice, writeQuotesTruth } from "./quotes/quote_truth.ts";
import { type DailyNames, type ListingWindow, Shelf } from "./shelf.ts";
import { SignedUrls } from "./signed_url.ts";
import { writeTruth } from "./truth.ts";

/** What a replica serves and how; everything except the days has a default. */
export interface ReplicaOptions {
  readonly days: readonly DaySpec[];
  /** Days of services of quotes; default none. */
  readonly quotes?: readonly QuoteDaySpec[];
  /** Files of any content, by whole name. */
  readonly files?: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** How listings name minute files; default `whole`. */
  readonly form?: NameForm;
  /** How listings write their counts; default `string`. */
  readonly counts?: "string" | "number";
  /** Whether each day also has its daily file, once its Frankfurt day is over; that of quotes is listed, and 404. Default false. */
  readonly daily?: boolean;
  /** Default none; the exchange's is `{ downloads: 30, seconds: 60 }`. */
  readonly quota?: QuotaOptions | null;
  /**
   * How long a signed URL lives, in milliseconds; at the exchange 2,000. Default a minute: a busy machine, whose replica
   * makes its files meanwhile, may take longer than the exchange from one request to the next.
   */
  readonly signatureMillis?: number;
  /** Which files are listed and served at first; default all. */
  readonly listed?: Partial<ListedRange>;
  /** Whether a name appears by the clock, as at the exchange: 14:00 after its minute or day; default false. */
  readonly live?: boolean;
  /** The API's port; default a free one. */
  readonly port?: number;
  /** Milliseconds since 1970 UTC; default the system's clock. */
  readonly now?: () => number;
}

/**
 * UTC minutes like `2026-09-01T08:40`, half open; null is without limit. A minute file counts by the minute in
 * its name, a daily file by the end of its Frankfurt day. `dailyNames` says what daily files are called.
 */
export interface ListedRange {
  from: string | null;
  until: string | null;
  dailyNames: DailyNames;
}

/** How long a signed URL lives by default. */
const UNHURRIED_MILLIS = 60_000;
/** How long after the start of its minute a name appears: 14:00 ± 1 s in 37 cycles of a poller. */
const DELAY_SECONDS = 14 * 60;

/** A running stand-in for the exchange on 127.0.0.1. */
export interface Replica extends AsyncDisposable {
  /** The base to hand to `--api-url`: `http://127.0.0.1:PORT/api`. */
  readonly apiUrl: string;
  /** The origin that downloads are redirected to. */
  readonly storageUrl: string;
  /** All requests so far, by arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The largest number of downloads granted in one window of the quota, or without one, of a minute each. */
  maxInAnyWindow(): number;
  /** How many downloads were refused with 429. */
  refused(): number;
  /** The range of files that are listed and served; assign to its ends to let files appear and vanish. */
  readonly listed: ListedRange;
  /** Makes requests fail: `inject("storage", badCrc(), { name, times: 1 })`. */
  inject(place: Place, fault: Fault, range?: FaultRange): void;
  clearFaults(): void;
  /** Serves a file of any content under this name from now on. */
  serve(name: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** Writes what must be stored of the days' minute files (see `writeTruth`), except the files named. */
  writeTruth(dir: string, except?: ReadonlySet<string>): Promise<string[]>;
  /** Writes what must be stored of the days of quotes (see the function of this name). */
  writeQuotesTruth(dir: string, choice?: QuoteChoice): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts a replica; end it by `close()` or `await using`. Throws when the port is taken. */
export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const now = options.now ?? Date.now;
  const start = now();
  const listed: ListedRange = { from: null, until: null, dailyNames: "usual", ...options.listed };
  const parts: Parts = {
    shelf: stocked(options),
    quota: options.quota ? new Quota(options.quota, start) : null,
    faults: new FaultPlan(),
    signedUrls: new SignedUrls(options.signatureMillis ?? UNHURRIED_MILLIS, "replica"),
    listing: { form: options.form ?? "whole", counts: options.counts ?? "string" },
    window: () => windowOf(listed, options.live ? now() / 1000 - DELAY_SECONDS : Infinity),
    now,
    storageOrigin: () => storage.origin,
  };
  const exchange = new Exchange(parts);
  await using starting = new AsyncDisposableStack();
  const storage: LoopbackServer = starting.use(await serveLoopback(0, (url) => exchange.storage(url)));
  const api = starting.use(
    await serveLoopback(options.port ?? 0, (url, headers) => exchange.api(url, headers)),
  );
  const servers = starting.move();
  return {
    apiUrl: `${api.origin}/api`,
    storageUrl: storage.origin,
    listed,
    ...requestViews(exchange.requests, options.quota?.seconds ?? 60, options.quota?.phase ?? start),
    inject: (place, fault, range = {}) => parts.faults.add(place, fault, range),
    clearFaults: () => parts.faults.clear(),
    serve: (name, bytes) => parts.shelf.addFile(name, bytes),
    writeTruth: (dir, except = new Set()) => writeTruth(dir, options.days, (name) => !except.has(name)),
    writeQuotesTruth: (dir, choice) => writeQuotesTruth(dir, options.quotes ?? [], choice),
    close: () => servers.disposeAsync(),
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

/** What tests want to know about the recorded requests; the windows are those of the quota. */
function requestViews(requests: readonly RecordedRequest[], seconds: number, phase: number) {
  const downloads = () => requests.filter(({ place }) => place === "download");
  return {
    requests,
    maxInAnyWindow: () => {
      const granted = downloads().filter(({ status }) => status !== 429);
      return mostInAnyWindow(granted.map(({ at }) => at), seconds, phase);
    },
    refused: () => downloads().filter(({ status }) => status === 429).length,
  };
}

function stocked({ days, quotes = [], files, daily = false }: ReplicaOptions): Shelf {
  const shelf = new Shelf();
  for (const day of days) shelf.addDay(day, daily);
  for (const day of quotes) shelf.addQuotes(day, daily);
  for (const [name, bytes] of files ?? []) shelf.addFile(name, bytes);
  return shelf;
}

/** The seconds since 1970 UTC between which files must have appeared, the last one included. */
function windowOf({ from, until, dailyNames }: ListedRange, last: number): ListingWindow {
  const seconds = (minute: string) => Date.parse(`${minute}Z`) / 1000;
  return {
    from: from === null ? -Infinity : seconds(from),
    until: Math.min(until === null ? Infinity : seconds(until), Math.floor(last) + 1),
    dailyNames,
  };
}
