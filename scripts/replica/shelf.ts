import { gunzipSync } from "node:zlib";
import { epochSeconds, frankfurtDay } from "./calendar.ts";
import { dailyFileName, type DaySpec, generateDay, type MinuteFile, minuteNames } from "./day.ts";
import { compressed } from "./wire.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Minutes generated before other work gets a turn: some 30 ms of a full Xetra day. */
const MADE_AT_ONCE = 10;

/** A file on the shelf: when it appeared there (seconds since 1970 UTC), and how to get its bytes. */
interface Entry {
  readonly name: string;
  readonly appears: number;
  readonly bytes: () => Promise<Bytes> | Bytes;
}

/** Files are listed and served that appeared in [from, until), in seconds since 1970 UTC. */
export interface ListingWindow {
  readonly from: number;
  readonly until: number;
}

/** The files of all venues; days are generated as far as they are asked for, and kept compressed. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();

  /** Puts the minute files of a day on the shelf and, if `daily`, the file of the whole day. */
  addDay(spec: DaySpec, daily: boolean): void {
    const day = new GrowingDay(spec);
    for (const name of day.names) {
      this.#add({ name, appears: secondsIn(name), bytes: () => day.minute(name) });
    }
    if (!daily) return;
    const appears = epochSeconds(spec.date, frankfurtDay(spec.date).until);
    this.#add({ name: dailyFileName(spec.venue, spec.date), appears, bytes: () => day.whole() });
  }

  /** Puts a minute file of any content there; what has this name is replaced. */
  addFile(name: string, bytes: Bytes): void {
    this.#add({ name, appears: secondsIn(name), bytes: () => bytes });
  }

  /** The names of a venue's files in the window, newest first. */
  names(venue: string, window: ListingWindow): string[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.name.startsWith(`${venue}-`) && isListed(entry, window))
      .sort((a, b) => b.appears - a.appears)
      .map(({ name }) => name);
  }

  /** The bytes of a file in the window; null when there is none of that name. */
  async bytes(name: string, window: ListingWindow): Promise<Bytes | null> {
    const entry = this.#entries.get(name);
    return entry !== undefined && isListed(entry, window) ? await entry.bytes() : null;
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.name, entry);
  }
}

/** A day that is generated up to the last minute that was asked for. */
class GrowingDay {
  readonly names: readonly string[];
  readonly #minutes: Iterator<MinuteFile>;
  readonly #files = new Map<string, Bytes>();
  #whole: Promise<Bytes> | null = null;

  constructor(spec: DaySpec) {
    this.names = minuteNames(spec);
    this.#minutes = generateDay(spec);
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

function isListed({ appears }: Entry, { from, until }: ListingWindow): boolean {
  return appears >= from && appears < until;
}

function withNewline(ndjson: Uint8Array): Bytes {
  if (ndjson.length === 0 || ndjson.at(-1) === 10) return new Uint8Array(ndjson);
  const ended = new Uint8Array(ndjson.length + 1);
  ended.set(ndjson);
  ended[ndjson.length] = 10;
  return ended;
}

/** The start of a minute file, in seconds since 1970 UTC. */
function secondsIn(name: string): number {
  const [, date, hour, minute] = /-(\d{4}-\d{2}-\d{2})T(\d{2})_(\d{2})\.json\.gz$/.exec(name) ?? [];
  if (date === undefined) throw new Error(`${name} is not the name of a minute file`);
  return epochSeconds(date, Number(hour) * 60 + Number(minute));
}
