import { dueAt, expectedFiles, type MinuteOfDate } from "../../feed/calendar/expected_files.ts";
import { isTradingDay, tradingDayBefore } from "../../feed/calendar/holidays.ts";
import {
  dailyFile,
  type MinuteFile,
  POSTTRADE,
  type Service,
  type SourceFile,
} from "../../feed/file_names.ts";
import { dateInFrankfurt, tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { isAdoptedKey, ledgerKey } from "../../store/ledger.ts";
import { type DayInventory, seenIn } from "../inventory.ts";

/**
 * A name that is this late is not coming soon: the exchange is punctual to the second, but a listing may be delayed.
 */
const LATE_MILLIS = 5 * 60_000;

/** From when on the exchange should have listed a minute file, in milliseconds since 1970. */
export function overdueAt(file: MinuteOfDate): number {
  return dueAt(file) + LATE_MILLIS;
}

/** Whether the exchange should have listed a minute file by `asked`, in milliseconds since 1970. */
export function isOverdue(file: MinuteOfDate, asked: number): boolean {
  return overdueAt(file) <= asked;
}

/**
 * The minute files that the exchange should list at `now`, in milliseconds since 1970, in addition to those it does
 * list. It keeps them until the end of the following trading day; what it still lists of earlier days may be about to
 * disappear. The earlier of the two days counts only if some of it is listed: otherwise the collection may have begun
 * later. An empty listing is temporary and proves nothing.
 */
export function overdueFiles(
  venue: Venue,
  listed: readonly SourceFile[],
  now: number,
  services: readonly Service[] = [POSTTRADE],
): MinuteFile[] {
  const today = dateInFrankfurt(now);
  const kept = [tradingDayBefore(today), ...(isTradingDay(today) ? [today] : [])].map(String);
  const known = new Set(listed.map(tradingDayOf));
  const first = kept.findIndex((day) => known.has(day));
  if (first < 0) return [];
  const expected = services.flatMap((service) =>
    kept.slice(first).flatMap((day) => expectedFiles(venue, day, service))
  );
  return expected.filter((file) => isOverdue(file, now));
}

/**
 * The files among `overdue` for which there is no trace: neither stored, nor in the spool, nor credited to a daily
 * file, nor among the `listed` names. A daily file in the ledger accounts for its whole trading day. Minutes of a
 * damaged partition, and of one with trades of the predecessor, are unknown and not included.
 */
export function absentOf(
  overdue: readonly MinuteFile[],
  days: ReadonlyMap<string, DayInventory>,
  listed: ReadonlySet<string>,
): MinuteFile[] {
  const isSeen = seenIn(days);
  const dates = new Set(overdue.map(({ date }) => date));
  const known = new Set(dates.values().filter((date) => isKnown(days.get(date))));
  return overdue.filter((file) =>
    !isSeen(file) && !listed.has(file.name) && known.has(file.date) &&
    !isWhole(file.venue, tradingDayOf(file), days)
  );
}

/** Whether it is known of each minute of a date if it is absent: not when its partition is damaged, or the predecessor's. */
export function isKnown(day: Pick<DayInventory, "damage" | "ledger"> | undefined): boolean {
  return day === undefined || (day.damage === null && !day.ledger.keys().some(isAdoptedKey));
}

/** Whether the daily file of a trading day is stored. */
function isWhole(venue: Venue, tradingDay: string, days: ReadonlyMap<string, DayInventory>): boolean {
  return days.get(tradingDay)?.ledger.has(ledgerKey(dailyFile(venue, tradingDay))) ?? false;
}
