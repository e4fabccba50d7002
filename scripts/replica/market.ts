import { PARTITIONS } from "./instruments.ts";
import type { Instrument } from "./instruments.ts";
import type { Random } from "./random.ts";

/** A trade as it happens, before any era's columns. Prices and sequence numbers come from the market's state. */
export interface Execution {
  readonly instrument: Instrument;
  readonly isin: string;
  readonly price: number;
  readonly quantity: number;
  /** `2026-09-01T08:34:00.042457058` */
  readonly tradingTime: string;
  readonly publicationTime: string;
  readonly transactionId: string;
  readonly sequence: number;
  readonly contract: Contract | null;
}

/** What Eurex trades in a product: a future, an option, or a spread of two futures, whose price can be negative. */
export interface Contract {
  readonly date: string;
  readonly option: "C" | "P" | null;
  readonly strike: number | null;
}

/** The state of a venue's day: where each price has walked to, and how far each sequence has counted. */
export class Market {
  readonly #prices: Int32Array;
  readonly #sequences: Uint32Array;

  constructor(readonly instruments: readonly Instrument[], readonly random: Random) {
    this.#prices = Int32Array.from(instruments, (instrument) => instrument.price);
    this.#sequences = Uint32Array.from({ length: PARTITIONS }, () => 1 + random.below(2000));
  }

  /** The next price of an instrument, one tick up or down or the same, never below one tick. */
  nextPrice(index: number): number {
    const { tick, decimals } = this.instruments[index];
    const step = this.random.next();
    if (step < 0.25) this.#prices[index] += tick;
    else if (step < 0.5 && this.#prices[index] > 2 * tick) this.#prices[index] -= tick;
    return this.#prices[index] / 10 ** decimals;
  }

  /** The next number of the instrument's partition. */
  nextSequence(instrument: Instrument): number {
    return ++this.#sequences[instrument.partition];
  }
}

/** A price times a quantity, to the cent; never −0, which JSON does not know. */
export function amountOf(price: number, quantity: number): number {
  return Math.round(price * quantity * 100) / 100 + 0;
}

/** Common lot sizes of the sample of 2025-10-31: 1 in 55 of 719 trades, then 10, 5, 3, 100, 2, 25, 4. */
const LOTS = [1, 1, 1, 10, 5, 3, 100, 2, 25, 4];

/** A quantity: a common lot, any size, for bonds a nominal in thousands; one in 500 is a fraction. */
export function nextQuantity(instrument: Instrument, random: Random): number {
  if (instrument.isNominal) return 1000 * (1 + random.below(50));
  if (random.chance(0.002)) return (1 + random.below(5000)) / 1000;
  if (random.chance(0.25)) return random.pick(LOTS);
  return 1 + Math.floor(Math.exp(3.8 + 1.3 * random.normal()));
}

/** `1000000000000025050760` + `1761918840042457058` + `00000006636`: prefix, trading time in ns, sequence. */
export function xetraId(instrument: Instrument, tradingTime: string, sequence: number): string {
  const seconds = Date.parse(`${tradingTime.slice(0, 19)}Z`) / 1000;
  return `${instrument.idPrefix}${seconds}${tradingTime.slice(20)}${String(sequence).padStart(11, "0")}`;
}

/** `XGATKYG87572163420260918053000478396`: venue, ISIN, trading time in ms, three digits. */
export function tradegateId(isin: string, tradingTime: string, sequence: number): string {
  const millis = tradingTime.slice(0, 23).replace(/[-:T.]/g, "");
  return `XGAT${isin}${millis}${String(sequence % 1000).padStart(3, "0")}`;
}
