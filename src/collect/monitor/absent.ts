import { dueAt, expectedFiles } from "../../feed/calendar/expected_files.ts";
import { isTradingDay, tradingDayBefore } from "../../feed/calendar/holidays.ts";
import { dailyFile, type MinuteFile, type SourceFile } from "../../feed/file_names.ts";
import { dateInFrankfurt, tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { isAdoptedKey, ledgerKey } from "../../store/ledger.ts";
import { type DayInventory, seenIn } from "../inventory.ts";

/** A name that is this late is not coming soon: the exchange is punctual to a second, but a listing may hang. */
const LATE_MILLIS = 5 * 60_000;

/** Whether the exchange should have listed a minute file by `asked`, in milliseconds since 1970. */
export function isOverdue(file: MinuteFile, asked: number): boolean {
  return dueAt(file) + LATE_MILLIS <= asked;
}

/**
 * The minute files that the exchange should list at `now`, in milliseconds since 1970, besides what it does list. It
 * keeps them until the end of the following trading day; what it still lists of earlier ones may be on its way out. Of
 * two days the earlier one counts only if something of it is listed: before, nobody may have collected anything. A
 * listing without names is a moment's, and no word about any.
 */
export function overdueFiles(venue: Venue, listed: readonly SourceFile[], now: number): MinuteFile[] {
  const today = dateInFrankfurt(now);
  const kept = [tradingDayBefore(today), ...(isTradingDay(today) ? [today] : [])].map(String);
  const known = new Set(listed.map(tradingDayOf));
  const first = kept.findIndex((day) => known.has(day));
  if (first < 0) return [];
  return kept.slice(first).flatMap((day) => expectedFiles(venue, day)).filter((file) => isOverdue(file, now));
}

/**
 * The files among `overdue` of which nobody has heard: neither stored, nor in the spool, nor credited to a daily file,
 * nor among the `listed` names. A daily file in the ledger accounts for its whole trading day. Nothing is known of the
 * minutes in a damaged partition, and in one that holds trades of the predecessor.
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

function isKnown(day: DayInventory | undefined): boolean {
  return day === undefined || (day.damage === null && !day.ledger.keys().some(isAdoptedKey));
}

/** Whether the daily file of a trading day is stored. */
function isWhole(venue: Venue, tradingDay: string, days: ReadonlyMap<string, DayInventory>): boolean {
  return days.get(tradingDay)?.ledger.has(ledgerKey(dailyFile(venue, tradingDay))) ?? false;
}
