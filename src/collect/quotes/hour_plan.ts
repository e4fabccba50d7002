import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { isInTradingHours, MARKET_ZONE, tradingDayOf } from "../../feed/calendar/trading_day.ts";
import { isMinuteFile, type MinuteFile } from "../../feed/file_names.ts";
import type { QuotaLimit } from "../../feed/quota.ts";
import type { Situation } from "../download_plan.ts";
import { type Hour, hourOf } from "./hours.ts";

/** What is fetched one after the other and published together: minute files of one hour, of all services. */
export interface HourStep {
  readonly hour: Hour;
  readonly files: readonly MinuteFile[];
}

/** What a cycle of quotes knows before it downloads. A daily file of quotes is listed and never there. */
export interface QuoteSituation extends Pick<Situation, "listed" | "seen" | "givenUp"> {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly quota: QuotaLimit;
}

export interface QuotePlan {
  /** In order: the oldest trading day first, in it the hours with trading first. */
  readonly hours: readonly HourStep[];
  /** What the exchange will have deleted before its turn comes under the quota; it is not tried. */
  readonly tooLate: readonly MinuteFile[];
}

/** What to download, and what there is no time for. */
export function planQuotes({ listed, seen, givenUp, now, quota }: QuoteSituation): QuotePlan {
  const missing = listed.filter(isMinuteFile).filter(({ name }) => !seen.has(name) && !givenUp.has(name));
  const hours = [...Map.groupBy(missing, hourOf)].map(([hour, files]) => ({ hour, files: inOrder(files) }))
    .sort(byTurn);
  // What is still listed after its time proves that the exchange keeps it longer: it is tried.
  const isLate = (file: MinuteFile, turn: number) =>
    deletedAt(file) > now && now + millisFor(turn, quota) >= deletedAt(file);
  const tooLate = new Set(hours.flatMap(({ files }) => files).filter(isLate));
  return {
    hours: hours.map(({ hour, files }) => ({ hour, files: files.filter((file) => !tooLate.has(file)) }))
      .filter(({ files }) => files.length > 0),
    tooLate: [...tooLate],
  };
}

/** When the exchange deletes a file, in milliseconds since 1970: at the end of the business day after its trading day. */
export function deletedAt(file: MinuteFile): number {
  let day = Temporal.PlainDate.from(tradingDayOf(file)).add({ days: 1 });
  while (!isTradingDay(day)) day = day.add({ days: 1 });
  return day.add({ days: 1 }).toZonedDateTime(MARKET_ZONE).epochMilliseconds;
}

function millisFor(downloads: number, { requests, windowMillis }: QuotaLimit): number {
  return Math.floor(downloads / requests) * windowMillis;
}

function inOrder(files: readonly MinuteFile[]): MinuteFile[] {
  return files.toSorted((a, b) => a.minute - b.minute || (a.name < b.name ? -1 : 1));
}

function byTurn(a: HourStep, b: HourStep): number {
  const [dayOfA, dayOfB] = [a, b].map(({ files }) => tradingDayOf(files[0]));
  if (dayOfA !== dayOfB) return dayOfA < dayOfB ? -1 : 1;
  const [isOpenInA, isOpenInB] = [a, b].map(({ files }) => files.some(isInTradingHours));
  if (isOpenInA !== isOpenInB) return isOpenInA ? -1 : 1;
  return a.hour < b.hour ? -1 : 1;
}
