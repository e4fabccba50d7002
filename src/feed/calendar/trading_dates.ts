import { MARKET_ZONE } from "./trading_day.ts";

const TWO_32 = 2n ** 32n;

/**
 * A day in Frankfurt in nanoseconds since 1970 UTC, from `start` up to, not including, `end`: 24 hours, or 23 or 25
 * when the clocks change.
 */
export interface DaySpan {
  readonly start: bigint;
  readonly end: bigint;
}

/** The span of a date, `YYYY-MM-DD`. */
export function daySpan(date: string): DaySpan {
  const day = Temporal.PlainDate.from(date);
  const midnight = (of: Temporal.PlainDate) => of.toZonedDateTime(MARKET_ZONE).epochNanoseconds;
  return { start: midnight(day), end: midnight(day.add({ days: 1 })) };
}

/**
 * Finds the dates in Frankfurt for times given as two 32-bit words. It remembers the last day, because nearly all times
 * in a file have the same one: asking the calendar each time would take a second per day of trades.
 */
export class TradingDates {
  #date = "";
  #words: readonly [startHigh: number, startLow: number, endHigh: number, endLow: number] = [0, 0, 0, 0];

  /** The date of a time in nanoseconds since 1970 UTC: its upper, signed word and its lower, unsigned one. */
  of(high: number, low: number): string {
    const [startHigh, startLow, endHigh, endLow] = this.#words;
    const isAfterStart = high > startHigh || (high === startHigh && low >= startLow);
    const isBeforeEnd = high < endHigh || (high === endHigh && low < endLow);
    if (!isAfterStart || !isBeforeEnd) this.#moveTo(BigInt(high) * TWO_32 + BigInt(low));
    return this.#date;
  }

  #moveTo(nanos: bigint): void {
    this.#date = new Temporal.Instant(nanos).toZonedDateTimeISO(MARKET_ZONE).toPlainDate().toString();
    const { start, end } = daySpan(this.#date);
    this.#words = [...words(start), ...words(end)];
  }
}

function words(nanos: bigint): readonly [high: number, low: number] {
  return [Number(nanos >> 32n), Number(nanos & (TWO_32 - 1n))];
}
