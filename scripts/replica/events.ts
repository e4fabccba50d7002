import { type Random, Zipf } from "./random.ts";
import type { VenueModel } from "./venues.ts";

/** A number of fills of one instrument at one moment. */
export interface Event {
  /** The publication slot of 10 ms in the minute, 0 to 5,989. */
  readonly slot: number;
  readonly instrument: number;
  readonly fills: number;
}

/** The exchange publishes every 10 ms; the last of a minute's 6,000 slots stay free for late rows. */
export const SLOTS = 5_990;

/**
 * How trades fall on instruments, set so that a minute has as many distinct ISINs as recorded (480 trades 200,
 * 719 trades 268, 1,157 trades 358; 72 of 719 on the busiest): Zipf and Mandelbrot over the ranks, and runs
 * in which one instrument trades several times.
 */
const RANKS = { exponent: 0.95, offset: 15 };
const RUN_GOES_ON = 0.45;
const LONG_RUN = { rate: 0.012, mean: 16 };
/** The average distance of trades in a run, in slots. */
const RUN_PAUSE = 25;
/** An order that meets several others: 690 distinct trading times among 719 trades. */
const SWEEPS = 0.025;

/** Draws the trades of minutes. */
export class EventSource {
  readonly #model: VenueModel;
  readonly #random: Random;
  readonly #ranks: Zipf;

  constructor(model: VenueModel, random: Random) {
    this.#model = model;
    this.#random = random;
    this.#ranks = new Zipf(model.instruments, RANKS.exponent, RANKS.offset);
  }

  /** Events of `trades` trades in all, by slot. */
  minute(trades: number, berlinMinute: number): Event[] {
    const events = this.#model.auctions.has(berlinMinute) ? this.#auction(trades) : this.#continuous(trades);
    return events.sort((a, b) => a.slot - b.slot);
  }

  #continuous(trades: number): Event[] {
    const events: Event[] = [];
    for (let left = trades; left > 0;) {
      const instrument = this.#ranks.draw(this.#random);
      let slot = this.#random.below(SLOTS);
      for (let run = this.#runLength(); run > 0 && left > 0; run--) {
        const fills = Math.min(left, this.#random.chance(SWEEPS) ? 2 + this.#random.below(3) : 1);
        events.push({ slot, instrument, fills });
        slot = (slot + Math.floor(this.#random.exponential(RUN_PAUSE))) % SLOTS;
        left -= fills;
      }
    }
    return events;
  }

  /** In an auction every instrument trades once before any trades again. */
  #auction(trades: number): Event[] {
    const first = this.#random.below(this.#model.instruments);
    return Array.from({ length: trades }, (_, i) => ({
      slot: this.#random.below(SLOTS),
      instrument: (first + i) % this.#model.instruments,
      fills: 1,
    }));
  }

  #runLength(): number {
    if (this.#random.chance(LONG_RUN.rate)) return 2 + Math.floor(this.#random.exponential(LONG_RUN.mean));
    let length = 1;
    while (this.#random.chance(RUN_GOES_ON)) length++;
    return length;
  }
}
