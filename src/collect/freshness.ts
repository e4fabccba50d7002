import { MARKET_ZONE, minuteStart } from "../feed/trading_day.ts";
import { tradingHours, type Venue } from "../feed/venue.ts";
import { minuteOfKey } from "../store/ledger.ts";
import type { DayInventory } from "./inventory.ts";

/** A minute file is due so long after the minute in its name begins. */
const DELAY_MINUTES = 15;
const MILLIS_PER_MINUTE = 60_000;
/** No exchange is closed for longer. */
const SEARCHED_DAYS = 15;

/** The newest minute that is stored, when it begins in milliseconds since 1970; null when none is. */
export function newestMinute(days: Iterable<DayInventory>): number | null {
  let newest: number | null = null;
  for (const { date, ledger } of days) {
    for (const key of ledger.keys()) {
      const minute = minuteOfKey(key);
      if (minute !== null) newest = Math.max(newest ?? -Infinity, minuteStart(date, minute));
    }
  }
  return newest;
}

/**
 * How many minutes of trading are due at `now` and later than the newest stored one: 0 when the venue is up to date,
 * also at night, at the weekend and on the exchange's holidays. Looks back two weeks at most.
 */
export function lagMinutes(
  venue: Venue,
  newest: number | null,
  now: number,
  isTradingDay: (date: Temporal.PlainDate) => boolean,
): number {
  const { opens, closes } = tradingHours(venue);
  const due = now - DELAY_MINUTES * MILLIS_PER_MINUTE;
  const stored = newest === null ? -Infinity : newest + MILLIS_PER_MINUTE;
  const today = Temporal.Instant.fromEpochMilliseconds(due).toZonedDateTimeISO(MARKET_ZONE).toPlainDate();
  let lag = 0;
  for (let days = 0; days < SEARCHED_DAYS; days++) {
    const date = today.subtract({ days });
    if (!isTradingDay(date)) continue;
    const from = Math.max(stored, instantOf(date, opens));
    const until = Math.min(due, instantOf(date, closes));
    if (until > from) lag += Math.ceil((until - from) / MILLIS_PER_MINUTE);
  }
  return lag;
}

/** `2026-09-01T08:34` for the minute that begins at `millis`, UTC. */
export function minuteText(millis: number): string {
  return new Date(millis).toISOString().slice(0, 16);
}

function instantOf(date: Temporal.PlainDate, minute: number): number {
  const plainTime = { hour: Math.floor(minute / 60), minute: minute % 60 };
  return date.toZonedDateTime({ timeZone: MARKET_ZONE, plainTime }).epochMilliseconds;
}
