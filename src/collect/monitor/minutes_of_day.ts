import { expectedFiles } from "../../feed/calendar/expected_files.ts";
import { dailyFile, type MinuteFile } from "../../feed/file_names.ts";
import { minuteStart } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { CREDITED, ledgerKey } from "../../store/ledger.ts";
import { readPending } from "../../store/state/pending_record.ts";
import type { Layout } from "../../store/layout.ts";
import { type DayInventory, Inventory, spooledKey } from "../inventory.ts";
import { lostNames } from "../pending.ts";
import { isOverdue } from "./absent.ts";

/**
 * One minute file of a trading day. `stored` and `empty` ones were fetched; for a `daily` one the day's file stands; a
 * `waiting` one is in the spool; `lost` was listed and could not be had; `absent` is due, and there is no trace of it.
 */
export interface MinuteOfDay {
  /** When it begins, ISO 8601, UTC. */
  readonly start: string;
  readonly state: "stored" | "empty" | "daily" | "waiting" | "lost" | "absent" | "not due";
  /** The rows of its file, or those that the daily file has of it; 0 where that is not known. */
  readonly trades: number;
}

/**
 * The minutes of a trading day in Frankfurt, oldest first, at `now` in milliseconds since 1970; none at weekends and on
 * holidays. Those of a damaged partition look absent. Reads two footers. Throws the disk's errors.
 */
export async function minutesOfDay(
  layout: Layout,
  venue: Venue,
  tradingDay: string,
  now: number,
): Promise<MinuteOfDay[]> {
  const files = expectedFiles(venue, tradingDay);
  const days = await new Inventory(layout, venue).days([...files.map(({ date }) => date), tradingDay]);
  const lost = lostNames(readPending(layout.pendingRecord(venue)));
  const hasDaily = days.get(tradingDay)!.ledger.has(ledgerKey(dailyFile(venue, tradingDay)));
  return files.map((file) => minuteOf(file, days.get(file.date)!, hasDaily, lost, now));
}

function minuteOf(
  file: MinuteFile,
  { ledger, waiting }: DayInventory,
  hasDaily: boolean,
  lost: ReadonlySet<string>,
  now: number,
): MinuteOfDay {
  const start = new Date(minuteStart(file.date, file.minute)).toISOString();
  const key = ledgerKey(file);
  const entry = ledger.get(key);
  const of = (state: MinuteOfDay["state"], trades = 0) => ({ start, state, trades });
  if (entry !== undefined && entry.digest !== CREDITED) {
    return of(entry.rows === 0 ? "empty" : "stored", entry.rows);
  }
  if (entry !== undefined || hasDaily) return of("daily", entry?.rows);
  if (waiting.some((spooled) => spooledKey(spooled) === key)) return of("waiting");
  if (lost.has(file.name)) return of("lost");
  return of(isOverdue(file, now) ? "absent" : "not due");
}
