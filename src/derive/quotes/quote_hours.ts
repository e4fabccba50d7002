/** The hours of a trading day: its quotes are those that were published on it, in Frankfurt. */
import { daySpan } from "../../feed/calendar/trading_dates.ts";
import { dateAfter, utcDateOf } from "../../feed/calendar/dates.ts";
import { dateInFrankfurt } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { QUOTES_BY_HOUR } from "../../store/datasets.ts";
import { newestPeriodOf, periodsOf } from "../../store/periods.ts";
import type { Layout } from "../../store/layout.ts";

const NANOS_PER_MILLI = 1_000_000n;
export const NANOS_PER_HOUR = 3_600_000_000_000n;

/** A stored hour of quotes: its partition, and when it begins and ends, in nanoseconds since 1970 UTC. */
export interface QuoteHour {
  /** The period of its partition, `2026-09-01T08`. */
  readonly period: string;
  readonly path: string;
  readonly start: bigint;
  readonly end: bigint;
}

/** The stored hours that begin on a trading day in Frankfurt, the earliest first. */
export function hoursOf(layout: Layout, venue: Venue, day: string): QuoteHour[] {
  const { start, end } = daySpan(day);
  const dates = new Set([start, end - 1n].map((nanos) => utcDateOf(Number(nanos / NANOS_PER_MILLI))));
  return [...dates].flatMap((date) => periodsOf(layout, QUOTES_BY_HOUR, venue, date))
    .map((period) => hourIn(layout.partition(QUOTES_BY_HOUR, venue, period), period))
    .filter((hour) => start <= hour.start && hour.start < end);
}

/** The last trading day that has a stored hour; null when there is none. */
export function lastQuoteDay(layout: Layout, venue: Venue): string | null {
  const hour = newestPeriodOf(layout, QUOTES_BY_HOUR, venue);
  return hour === null ? null : dateInFrankfurt(Date.parse(`${hour}:00:00Z`)).toString();
}

/** The days from a date to another, or to `last` if that is earlier. */
export function daysBetween(from: string, to: string, last: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to && day <= last; day = dateAfter(day)) days.push(day);
  return days;
}

/** The trading day of a time in nanoseconds since 1970 UTC. */
export function tradingDayAt(nanos: bigint): string {
  return dateInFrankfurt(Number(nanos / NANOS_PER_MILLI)).toString();
}

function hourIn(path: string, period: string): QuoteHour {
  const start = BigInt(Date.parse(`${period}:00:00Z`)) * NANOS_PER_MILLI;
  return { period, path, start, end: start + NANOS_PER_HOUR };
}
