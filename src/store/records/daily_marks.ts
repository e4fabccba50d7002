import { utcDateOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../layout.ts";
import { readRecord, writeRecord } from "./record.ts";

/**
 * What a venue's cycles have done and told on one day, and do not repeat on it; and what they have learned of the venue,
 * which lasts. Losing it repeats each thing once, and what was learned is learned again. Only for the holder of the venue's
 * write lock.
 */
export class DailyMarks {
  readonly #path: string;
  readonly #date: string;
  readonly #done: Set<string>;
  readonly #learned: Set<string>;

  /** `now`, in milliseconds since 1970, says which UTC day it is; what was done on another is forgotten. */
  constructor(layout: Layout, venue: Venue, now: number) {
    this.#path = layout.dailyMarks(venue);
    this.#date = utcDateOf(now);
    const { date, done, learned } = readRecord(this.#path) ?? {};
    this.#done = new Set(date === this.#date ? textsIn(done) : []);
    this.#learned = new Set(textsIn(learned));
  }

  /** Whether it has been done today. */
  has(what: string): boolean {
    return this.#done.has(what);
  }

  /** Enters what has been done. Throws `CannotWrite`. */
  async enter(...things: readonly string[]): Promise<void> {
    for (const thing of things) this.#done.add(thing);
    await this.#write();
  }

  /** Whether it was ever learned. */
  knows(what: string): boolean {
    return this.#learned.has(what);
  }

  /** Learns what it does not know yet. Throws `CannotWrite`. */
  async learn(things: readonly string[]): Promise<void> {
    if (things.every((thing) => this.#learned.has(thing))) return;
    for (const thing of things) this.#learned.add(thing);
    await this.#write();
  }

  #write(): Promise<void> {
    const record = { date: this.#date, done: [...this.#done], learned: [...this.#learned] };
    return writeRecord(this.#path, record);
  }
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((thing) => typeof thing === "string") : [];
}
