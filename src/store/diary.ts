import type { Venue } from "../feed/venue.ts";
import type { Layout } from "./layout.ts";
import { readRecord, type StateRecord, writeRecord } from "./state_file.ts";

/**
 * What a venue's cycles have done and told on one day, and do not repeat on it. Losing it repeats each thing once.
 * Only for who holds the venue's write lock.
 */
export class Diary {
  readonly #path: string;
  readonly #date: string;
  readonly #done: Set<string>;

  /** `now`, in milliseconds since 1970, says which UTC day it is; what was done on another is forgotten. */
  constructor(layout: Layout, venue: Venue, now: number) {
    this.#path = layout.diary(venue);
    this.#date = new Date(now).toISOString().slice(0, 10);
    this.#done = new Set(doneOn(this.#date, readRecord(this.#path)));
  }

  has(what: string): boolean {
    return this.#done.has(what);
  }

  /** Enters what has been done. Throws `CannotWrite`. */
  async enter(...things: readonly string[]): Promise<void> {
    for (const thing of things) this.#done.add(thing);
    await writeRecord(this.#path, { date: this.#date, done: [...this.#done] });
  }
}

function doneOn(today: string, record: StateRecord | null): string[] {
  const { date, done } = record ?? {};
  return date === today && Array.isArray(done) ? done.filter((thing) => typeof thing === "string") : [];
}
