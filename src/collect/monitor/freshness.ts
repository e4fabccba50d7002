import { basename } from "node:path";
import { MILLIS_PER_MINUTE } from "../../feed/calendar/dates.ts";
import { DUE_MINUTES } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { dateInFrankfurt, MARKET_ZONE, minuteStart } from "../../feed/calendar/trading_day.ts";
import { tradingHours, type Venue } from "../../feed/venue.ts";
import { ledgerKey, minuteOfKey } from "../../store/ledger.ts";
import { counted } from "../counted.ts";
import type { DayInventory } from "../inventory.ts";

/** No exchange is ever closed for longer. */
const SEARCHED_DAYS = 15;
/** How long a cycle may take: under the exchange's quota, the files of a day of four venues take 176 minutes. */
export const LONGEST_CYCLE_MILLIS = 180 * MILLIS_PER_MINUTE;

/**
 * The newest minute that is stored, or whose file is in the spool and among those that are `heldBack`: its beginning,
 * in milliseconds since 1970; null when there is none.
 */
export function newestMinute(
  days: Iterable<DayInventory>,
  heldBack: ReadonlySet<string> = new Set(),
): number | null {
  let newest: number | null = null;
  for (const { date, ledger, waiting } of days) {
    const held = waiting.filter(({ path }) => heldBack.has(basename(path))).map(({ file }) =>
      ledgerKey(file)
    );
    for (const key of [...ledger.keys(), ...held]) {
      const minute = minuteOfKey(key);
      if (minute !== null) newest = Math.max(newest ?? -Infinity, minuteStart(date, minute));
    }
  }
  return newest;
}

/** When a daemon fetched and will fetch a venue, in milliseconds since 1970. */
export interface CycleTimes {
  readonly lastStart: number;
  readonly lastEnd: number;
  /** When the next one starts, or started if it is under way; null during the daemon's first one. */
  readonly next: number | null;
}

/**
 * What the exchange has published until this time should be stored; in milliseconds since 1970. With a daemon: files
 * that came after the start of its last cycle are not expected until the next cycle is overdue by the longest time that
 * a cycle takes. After that, and without a daemon (`cycles` is null), it is `now`.
 */
export function answerableUntil(cycles: CycleTimes | null, now: number): number {
  if (cycles === null) return now;
  const { lastStart, lastEnd, next } = cycles;
  const isOverdue = now > Math.max(next ?? lastEnd, lastEnd) + LONGEST_CYCLE_MILLIS;
  return isOverdue ? now : Math.min(lastStart, now);
}

/** How far behind a venue is, in minutes of trading. */
export interface Lag {
  readonly minutes: number;
  /** Whether it is more, since there was trading before the days that are looked at. */
  readonly isMore: boolean;
}

/**
 * How many minutes of trading were listed by `until` and are later than the newest stored one, `newest`, both in
 * milliseconds since 1970. 0 when the venue is up to date, also at night, on weekends and on holidays. Looks back two
 * weeks at most, and says whether it is more: since no exchange is closed for longer, the two weeks before tell.
 */
export function lagBetween(venue: Venue, newest: number, until: number): Lag {
  const isMore = tradingMinutes(venue, newest, until, SEARCHED_DAYS) > 0;
  return { minutes: tradingMinutes(venue, newest, until, 0), isMore };
}

/** `more than 5,200 minutes of trading behind`. */
export function behindText({ minutes, isMore }: Lag): string {
  return `${isMore ? "more than " : ""}${counted(minutes, "minute")} of trading behind`;
}

/** The minutes of `SEARCHED_DAYS` days, of which the last is `daysBefore` that of `until`. */
function tradingMinutes(venue: Venue, newest: number, until: number, daysBefore: number): number {
  const { opens, closes } = tradingHours(venue);
  const due = until - DUE_MINUTES * MILLIS_PER_MINUTE;
  const stored = newest + MILLIS_PER_MINUTE;
  const last = dateInFrankfurt(due);
  let lag = 0;
  for (let days = daysBefore; days < daysBefore + SEARCHED_DAYS; days++) {
    const date = last.subtract({ days });
    if (!isTradingDay(date)) continue;
    const from = Math.max(stored, instantOf(date, opens));
    const to = Math.min(due, instantOf(date, closes));
    if (to > from) lag += Math.ceil((to - from) / MILLIS_PER_MINUTE);
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
