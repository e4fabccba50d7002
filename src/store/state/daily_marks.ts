import { utcDateOf } from "../../feed/calendar/dates.ts";
import type { Venue } from "../../feed/venue.ts";
import type { Layout } from "../layout.ts";
import { readRecord, textsIn, writeRecord } from "./state_record.ts";

/**
 * What a venue's cycles have done and reported today and do not repeat today; and, permanently, what they have learned
 * about the venue. If it is lost, each thing is repeated once, and what was learned is learned again. Only for the
 * holder of the venue's write lock.
 */
export class DailyMarks {
  readonly #path: string;
  readonly #date: string;
  readonly #done: Set<string>;
  readonly #learned: Set<string>;

  /** `now`, in milliseconds since 1970, gives the UTC day; marks of other days are dropped. */
  constructor(layout: Layout, venue: Venue, now: number) {
    this.#path = layout.dailyMarks(venue);
    this.#date = utcDateOf(now);
    const { date, done, learned } = readRecord(this.#path) ?? {};
    this.#done = new Set(date === this.#date ? textsIn(done) : []);
    this.#learned = new Set(textsIn(learned));
  }

  /** Whether it was done today. */
  has(what: string): boolean {
    return this.#done.has(what);
  }

  /** Records what has been done today. Throws `CannotWrite`. */
  async enter(...things: readonly string[]): Promise<void> {
    for (const thing of things) this.#done.add(thing);
    await this.#write();
  }

  /** Whether it was ever learned. */
  knows(what: string): boolean {
    return this.#learned.has(what);
  }

  /** Permanently records what is not known yet. Throws `CannotWrite`. */
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
