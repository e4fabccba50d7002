import { gunzipSync } from "node:zlib";
import { epochSeconds, frankfurtDay } from "./calendar.ts";
import {
  dailyFileName,
  type DaySpec,
  generateDay,
  midnightFileName,
  type MinuteFile,
  minuteNames,
} from "./day.ts";
import { generateQuotes, type QuoteDaySpec, quoteNames } from "./quotes/quote_day.ts";
import { compressed } from "./wire.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Minutes generated before other work gets a turn: some 30 ms of a full Xetra day. */
const MADE_AT_ONCE = 10;

/** A file on the shelf: when it appeared there (seconds since 1970 UTC), and how to get its bytes. */
interface Entry {
  readonly name: string;
  readonly appears: number;
  readonly bytes: () => Promise<Bytes> | Bytes;
  /** The kind of daily names under which it is listed and served; a minute file always is. */
  readonly listedUnder?: readonly DailyNames[];
  readonly servedUnder?: readonly DailyNames[];
}

const USUAL = {
  listedUnder: ["usual", "both"],
  servedUnder: ["usual", "both", "midnight, served as usual"],
} as const;
const MIDNIGHT = {
  listedUnder: ["midnight", "midnight, served as usual", "both"],
  servedUnder: ["midnight", "both"],
} as const;

/** Eurex lists minute files of this service, and none of them exists. */
const PHANTOM = { service: "DEUR-pretrade", names: "DEUR-posttrade" };

/**
 * The names of a daily file: the usual one, and another that it has for a short time around midnight. It is not known
 * under which of the two it is served while the other is listed.
 */
export type DailyNames = "usual" | "midnight" | "midnight, served as usual" | "both";

/** Files are listed and served that appeared in [from, until), in seconds since 1970 UTC. */
export interface ListingWindow {
  readonly from: number;
  readonly until: number;
  readonly dailyNames: DailyNames;
}

/** The files of all venues; days are generated as far as they are requested, and kept compressed. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();

  /** Puts the minute files of a day on the shelf and, if `daily`, the file of the whole day. */
  addDay(spec: DaySpec, daily: boolean): void {
    const day = new GrowingDay(minuteNames(spec), generateDay(spec));
    for (const name of day.names) {
      this.#add({ name, appears: secondsIn(name), bytes: () => day.minute(name) });
    }
    if (!daily || day.names.length === 0) return;
    const appears = epochSeconds(spec.date, frankfurtDay(spec.date).until);
    const bytes = () => day.whole();
    this.#add({ name: dailyFileName(spec.venue, spec.date), appears, bytes, ...USUAL });
    this.#add({ name: midnightFileName(spec.venue, spec.date), appears, bytes, ...MIDNIGHT });
  }

  /** Puts the minute files of a service of quotes on the shelf and, if `daily`, the name of a daily file that is 404. */
  addQuotes(spec: QuoteDaySpec, daily: boolean): void {
    const day = new GrowingDay(quoteNames(spec), generateQuotes(spec));
    for (const name of day.names) {
      this.#add({ name, appears: secondsIn(name), bytes: () => day.minute(name) });
    }
    if (!daily || day.names.length === 0) return;
    const appears = epochSeconds(spec.date, frankfurtDay(spec.date).until);
    const name = `${spec.service}-daily-${spec.date}.json.gz`;
    this.#add({ name, appears, bytes: () => day.whole(), listedUnder: USUAL.listedUnder, servedUnder: [] });
  }

  /** Puts a file of any content there, and replaces one of the same name. */
  addFile(name: string, bytes: Bytes): void {
    this.#add({ name, appears: secondsIn(name), bytes: () => bytes });
  }

  /** The names of a service's files in the window, newest first. */
  names(service: string, window: ListingWindow): string[] {
    if (service === PHANTOM.service) return this.#phantoms(window);
    return [...this.#entries.values()]
      .filter((entry) => entry.name.startsWith(`${service}-`) && isListed(entry, window))
      .sort((a, b) => b.appears - a.appears)
      .map(({ name }) => name);
  }

  /** The bytes of a file in the window; null when there is no file of that name. */
  async bytes(name: string, window: ListingWindow): Promise<Bytes | null> {
    const entry = this.#entries.get(name);
    return entry !== undefined && isServed(entry, window) ? await entry.bytes() : null;
  }

  #phantoms(window: ListingWindow): string[] {
    return this.names(PHANTOM.names, window).filter((name) => !name.includes("daily"))
      .map((name) => name.replace(PHANTOM.names, PHANTOM.service));
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.name, entry);
  }
}

/** A minute file before compression. */
type Unpacked = Pick<MinuteFile, "name" | "ndjson">;

/** A day, generated up to the last requested minute. */
class GrowingDay {
  readonly #minutes: Iterator<Unpacked>;
  readonly #files = new Map<string, Bytes>();
  #whole: Promise<Bytes> | null = null;

  constructor(readonly names: readonly string[], minutes: Iterator<Unpacked>) {
    this.#minutes = minutes;
  }

  async minute(name: string): Promise<Bytes> {
    for (let made = 1; !this.#files.has(name); made++) {
      this.#grow();
      if (made % MADE_AT_ONCE === 0) await new Promise((resume) => setTimeout(resume, 0));
    }
    return this.#files.get(name)!;
  }

  /** All minutes in one stream; a line whose file ended without a newline gets one. */
  async whole(): Promise<Bytes> {
    this.#whole ??= this.#compressWhole();
    return await this.#whole;
  }

  async #compressWhole(): Promise<Bytes> {
    const compression = new CompressionStream("gzip");
    return await new Response(ReadableStream.from(this.#texts()).pipeThrough(compression)).bytes();
  }

  async *#texts(): AsyncGenerator<Bytes, void, undefined> {
    for (const name of this.names) yield withNewline(gunzipSync(await this.minute(name)));
  }

  #grow(): void {
    const next = this.#minutes.next();
    if (next.done) throw new Error("the day has fewer minutes than names");
    this.#files.set(next.value.name, compressed(next.value.ndjson));
  }
}

function isListed({ appears, listedUnder }: Entry, window: ListingWindow): boolean {
  return isIn(window, appears) && (listedUnder?.includes(window.dailyNames) ?? true);
}

function isServed({ appears, servedUnder }: Entry, window: ListingWindow): boolean {
  return isIn(window, appears) && (servedUnder?.includes(window.dailyNames) ?? true);
}

function isIn({ from, until }: ListingWindow, appears: number): boolean {
  return appears >= from && appears < until;
}

function withNewline(ndjson: Uint8Array): Bytes {
  if (ndjson.length === 0 || ndjson.at(-1) === 10) return new Uint8Array(ndjson);
  const ended = new Uint8Array(ndjson.length + 1);
  ended.set(ndjson);
  ended[ndjson.length] = 10;
  return ended;
}

/** The minute or else the date in a name, in seconds since 1970 UTC; a name without one has always been there. */
function secondsIn(name: string): number {
  const [, date, hour = 0, minute = 0] = /-(\d{4}-\d{2}-\d{2})(?:T(\d{2})_(\d{2}))?/.exec(name) ?? [];
  return date === undefined ? -Infinity : epochSeconds(date, Number(hour) * 60 + Number(minute));
}
