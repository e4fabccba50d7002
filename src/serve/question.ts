import { isDate } from "../feed/file_names.ts";
import type { Venue } from "../feed/venue.ts";
import { BadQuestion } from "./answer.ts";

/** The parameters of a request, each checked when it is read. A wrong or missing one throws `BadQuestion`. */
export class Question {
  constructor(readonly parameters: URLSearchParams, readonly venues: readonly Venue[]) {}

  /** One of the venues that are shown. */
  get venue(): Venue {
    const code = this.parameters.get("venue");
    const venue = this.venues.find((venue) => venue === code);
    return venue ?? this.#wrong("venue", `one of ${this.venues.join(", ")}`);
  }

  /** An ISIN in capitals; its check digit is not looked at. */
  get isin(): string {
    const text = this.parameters.get("isin") ?? "";
    return /^[A-Z0-9]{12}$/.test(text) ? text : this.#wrong("isin", "12 capitals and digits");
  }

  /** Part of an ISIN; empty for all. */
  get part(): string {
    const text = (this.parameters.get("q") ?? "").toUpperCase();
    return /^[A-Z0-9]{0,12}$/.test(text) ? text : this.#wrong("q", "up to 12 letters and digits");
  }

  /** Whether the answer is to be CSV. */
  get isCsv(): boolean {
    return this.parameters.get("format") === "csv";
  }

  /** A date, `YYYY-MM-DD`; null when it is missing. */
  date(name: string): string | null {
    const text = this.parameters.get(name);
    return text === null || isDate(text) ? text : this.#wrong(name, "a date, YYYY-MM-DD");
  }

  /** A moment in milliseconds since 1970, given as ISO 8601. */
  moment(name: string): number {
    const millis = Date.parse(this.parameters.get(name) ?? "");
    return Number.isNaN(millis) ? this.#wrong(name, "a time, as 2026-09-01T08:34Z") : millis;
  }

  /** One of these words; by default the first. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const text = this.parameters.get(name) ?? words[0];
    return words.find((word) => word === text) ?? this.#wrong(name, `one of ${words.join(", ")}`);
  }

  #wrong(name: string, wanted: string): never {
    throw new BadQuestion(`${name} must be ${wanted}`);
  }
}
