import { type Instrument, instruments } from "../instruments.ts";
import { Random, Zipf } from "../random.ts";

/** What is quoted: an instrument in one currency, at Eurex one of its contracts. */
export interface QuoteLine {
  readonly instrument: Instrument;
  readonly currency: string;
  /** Whether it is quoted in percent of par. */
  readonly isBond: boolean;
  readonly contract: string | null;
}

/** The prices of a line after an update, as numbers with its instrument's decimals. */
export interface Prices {
  readonly bid: number;
  readonly ask: number;
}

/** One line in this many has a twin in another currency; 118 such instruments were counted on Xetra. */
const TWIN_EVERY = 28;
const CURRENCIES = ["USD", "GBP", "AUD", "CHF"];
/** Of Frankfurt's rows 26 % are bonds. */
const BONDS = 0.26;

/** The state of a day's quotes: what is quoted, and where each price has walked to. */
export class Book {
  readonly lines: readonly QuoteLine[];
  readonly #mids: Int32Array;
  readonly #quoted: Uint8Array;
  readonly #popularity: Zipf;

  constructor(venue: string, seed: number, count: number, readonly random: Random) {
    this.lines = instruments(venue, seed, count).flatMap((instrument, i) => linesOf(venue, instrument, i));
    this.#mids = Int32Array.from(this.lines, ({ instrument }) => instrument.price);
    this.#quoted = new Uint8Array(this.lines.length);
    this.#popularity = new Zipf(this.lines.length, 0.6, 20);
  }

  /** The place of a line to be updated: the popular ones come more often. */
  draw(): number {
    return this.#popularity.draw(this.random);
  }

  /** The next prices of a line: its middle moves by a tick or not at all, a spread of one to eight ticks around it. */
  next(place: number): Prices {
    const { tick, decimals } = this.lines[place].instrument;
    const step = this.random.next();
    if (step < 0.3) this.#mids[place] += tick;
    else if (step < 0.6 && this.#mids[place] > 20 * tick) this.#mids[place] -= tick;
    this.#quoted[place] = 1;
    const half = tick * (1 + this.random.below(4));
    const scale = 10 ** decimals;
    return { bid: Math.max(1, this.#mids[place] - half) / scale, ask: (this.#mids[place] + half) / scale };
  }

  /** The bonds that have been quoted so far. */
  quotedBonds(): number[] {
    return [...this.lines.keys()].filter((place) => this.lines[place].isBond && this.#quoted[place] === 1);
  }
}

function linesOf(venue: string, instrument: Instrument, index: number): QuoteLine[] {
  const random = new Random(`line/${instrument.isin}`);
  const isBond = venue === "DFRA" ? random.chance(BONDS) : instrument.isBond;
  const contract = venue === "DEUR" ? `2026-${random.pick(["09", "12"])}-18` : null;
  const line = { instrument, currency: instrument.currency, isBond, contract };
  if (venue === "DEUR" || index % TWIN_EVERY !== 0) return [line];
  return [line, { ...line, currency: random.pick(CURRENCIES.filter((code) => code !== line.currency)) }];
}
