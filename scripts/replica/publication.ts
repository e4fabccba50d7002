import type { Random } from "./random.ts";

const MINUTE_MICROS = 60_000_000;
const SLOT_MICROS = 10_000;
/** The slots of a minute, in which rows are published together. */
export const SLOTS_OF_MINUTE: number = MINUTE_MICROS / SLOT_MICROS;
/** Publications follow the slot’s start by about this much (.052903, .292958, .332933 in the sample of 2025-10-31). */
const SLOT_PHASE = 2_850;

/** Gives the rows of a minute their publication times: in order, all different, none after the minute. */
export class PublicationClock {
  #last = -1;
  #left: number;
  readonly #random: Random;

  /** For a minute of `rows` rows. */
  constructor(rows: number, random: Random) {
    this.#left = rows;
    this.#random = random;
  }

  /** Microseconds after the minute's start of the next row, which belongs to `slot` or, if that is over, later. */
  next(slot: number): number {
    const room = Math.floor((MINUTE_MICROS - 1 - this.#last) / this.#left--);
    const step = Math.max(1, Math.min(room, 20 + this.#random.below(280)));
    const latest = MINUTE_MICROS - 1 - this.#left;
    this.#last = Math.min(
      latest,
      Math.max(this.#last + step, slot * SLOT_MICROS + SLOT_PHASE + this.#random.below(110)),
    );
    return this.#last;
  }
}

/** Writes moments as `2026-09-01T08:34:00.042457058`; remembers the text of seconds. */
export class TimeText {
  readonly #seconds = new Map<number, string>();

  /** The moment `nanos` (which may be negative) after `seconds` since 1970 UTC. */
  write(seconds: number, nanos: number): string {
    const whole = seconds + Math.floor(nanos / 1e9);
    const fraction = nanos - Math.floor(nanos / 1e9) * 1e9;
    return `${this.#second(whole)}.${String(fraction).padStart(9, "0")}`;
  }

  #second(seconds: number): string {
    let text = this.#seconds.get(seconds);
    if (text === undefined) {
      if (this.#seconds.size > 600) this.#seconds.clear();
      text = new Date(seconds * 1000).toISOString().slice(0, 19);
      this.#seconds.set(seconds, text);
    }
    return text;
  }
}
