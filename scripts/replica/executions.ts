import { contracts } from "./derivatives.ts";
import type { Event } from "./events.ts";
import type { Instrument } from "./instruments.ts";
import { type Execution, type Market, nextQuantity, tradegateId, xetraId } from "./market.ts";
import type { TimeText } from "./publication.ts";

/** Turns events into executions with prices, ids and times, as the venue makes them. */
export class Executions {
  readonly #venue: string;
  readonly #date: string;
  readonly #market: Market;
  readonly #times: TimeText;

  constructor(venue: string, date: string, market: Market, times: TimeText) {
    this.#venue = venue;
    this.#date = date;
    this.#market = market;
    this.#times = times;
  }

  /**
   * One execution for each of `publications` (microseconds after `seconds`): fills of one order at one trading
   * time; on Eurex, several are the legs of one trade.
   */
  of(event: Event, seconds: number, publications: readonly number[]): Execution[] {
    const instrument = this.#market.instruments[event.instrument];
    const nanos = this.#tradingNanos(publications[0]);
    const price = this.#market.nextPrice(event.instrument);
    const tradingTime = this.#times.write(seconds, nanos);
    const fills = publications.map((publication): Execution => {
      const sequence = this.#market.nextSequence(instrument);
      return {
        instrument,
        isin: instrument.isin,
        price,
        quantity: nextQuantity(instrument, this.#market.random),
        tradingTime,
        publicationTime: this.#times.write(seconds, this.#publicationNanos(publication)),
        transactionId: this.#transactionId(instrument, tradingTime, sequence),
        sequence,
        contract: null,
      };
    });
    return this.#venue === "DEUR" ? contracts(fills, this.#market, this.#date) : fills;
  }

  /** Xetra publishes 0.7 to 13 ms after the trade (sample); Tradegate, in whole milliseconds, some 260. */
  #tradingNanos(publicationMicros: number): number {
    const { random } = this.#market;
    if (this.#venue !== "DGAT") return publicationMicros * 1000 - 700_000 - random.below(10_500_000);
    return (Math.floor(publicationMicros / 1000) - 150 - random.below(150)) * 1_000_000;
  }

  #publicationNanos(micros: number): number {
    return this.#venue === "DGAT" ? Math.floor(micros / 1000) * 1_000_000 : micros * 1000;
  }

  #transactionId(instrument: Instrument, tradingTime: string, sequence: number): string {
    if (this.#venue === "DGAT") return tradegateId(instrument.isin, tradingTime, sequence);
    return xetraId(instrument, tradingTime, sequence);
  }
}
