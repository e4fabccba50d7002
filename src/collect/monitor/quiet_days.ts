import { closesEarly, tradingDayBefore } from "../../feed/calendar/holidays.ts";
import { dateInFrankfurt, isInTradingHours, tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { log } from "../../log/log.ts";
import { minuteFilesIn } from "../../store/ledger.ts";
import type { DailyMarks } from "../../store/state/daily_marks.ts";
import type { PendingRecord } from "../../store/state/pending_record.ts";
import type { DayInventory, Inventory } from "../inventory.ts";
import { filesOf, triedAgain } from "../pending.ts";
import { counted, grouped } from "../counted.ts";

/** The number of preceding trading days from which the usual volume is taken. */
export const COMPARED_DAYS = 10;
/** With fewer days than this one odd day would decide; then a day is quiet only if it has no trades at all. */
const FEWEST_DAYS = 3;

/** How much was traded on a trading day. */
export interface Volume {
  readonly date: string;
  readonly trades: number;
  /** The median of the last ten trading days before, as far as they are stored; null for fewer than three. */
  readonly usual: number | null;
}

/**
 * Whether it is worth a warning that so little was traded: nothing at all, or less than half of the usual. The last
 * trading day of a year ends at 14:00; then only a day without trades counts.
 */
export function isQuiet({ date, trades, usual }: Volume): boolean {
  if (trades === 0) return true;
  return usual !== null && trades < usual / 2 && !closesEarly(Temporal.PlainDate.from(date));
}

/** `only 400 trades on 2026-09-01, usually 3,900`. */
export function volumeText({ date, trades, usual }: Volume): string {
  const what = trades === 0 ? "no trade" : `only ${counted(trades, "trade")}`;
  return `${what} on ${date}${usual === null ? "" : `, usually ${grouped(Math.round(usual))}`}`;
}

/** The median; null for fewer than three values. */
export function usualTrades(trades: readonly number[]): number | null {
  if (trades.length < FEWEST_DAYS) return null;
  const sorted = trades.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** What is needed to check the volume. */
export interface VolumeTools {
  readonly inventory: Inventory;
  readonly marks: DailyMarks;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Checks the last trading day before today in Frankfurt, whose files are all listed by now, and warns when it was
 * quiet: once a UTC day, and again when its number of trades has changed, for example because of its daily file. Null
 * when that was done already, when files of the day are still missing, or when nothing of its trading hours is stored.
 * Only then are the footers of ten days read. A UTC date can represent its trading day, since no venue trades in the
 * hours where they differ. Throws `CannotWrite`.
 */
export async function judgeVolume(
  { inventory, marks, now }: VolumeTools,
  days: ReadonlyMap<string, DayInventory>,
  pending: PendingRecord,
): Promise<Volume | null> {
  const today = dateInFrankfurt(now);
  const judged = tradingDayBefore(today);
  const date = judged.toString();
  const day = days.get(date);
  if (!isStored(day) || !reachesTrading(inventory.venue, day)) return null;
  if (filesOf(triedAgain(pending)).some((file) => tradingDayOf(file) === date)) return null;
  const done = `volume of ${date}: ${day.rows}`;
  if (marks.has(done)) return null;
  const before = await inventory.days(tradingDaysBefore(judged));
  const usual = usualTrades(before.values().filter(isStored).map(({ rows }) => rows).toArray());
  const volume = { date, trades: day.rows, usual };
  if (isQuiet(volume)) {
    log.warning(`${inventory.venue}: ${volumeText(volume)}. If there was trading, its files are incomplete`);
  }
  await marks.enter(done);
  return volume;
}

function tradingDaysBefore(date: Temporal.PlainDate): string[] {
  const days = [tradingDayBefore(date)];
  while (days.length < COMPARED_DAYS) days.push(tradingDayBefore(days.at(-1)!));
  return days.map(String);
}

function isStored(day: DayInventory | undefined): day is DayInventory {
  return day !== undefined && day.damage === null && day.ledger.size > 0;
}

/**
 * Whether its files reach into the hours of trading: on the day before the first fetch, only the last files may still
 * be listed.
 */
function reachesTrading(venue: Venue, { date, ledger }: DayInventory): boolean {
  const minutes = minuteFilesIn(ledger, venue, date);
  return minutes.length < ledger.size || minutes.some(isInTradingHours);
}
