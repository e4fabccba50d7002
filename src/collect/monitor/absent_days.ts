import { dateAfter } from "../../feed/calendar/dates.ts";
import { expectedFilesOn } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import type { MinuteFile, Service } from "../../feed/file_names.ts";
import { tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { dateOfKey, minuteFilesIn } from "../../store/ledger.ts";
import { absentOf, isOverdue } from "./absent.ts";
import type { DayInventory } from "../inventory.ts";

/** What decides which minutes of a stored venue can be absent. */
export interface Collection {
  readonly venue: Venue;
  /** Of which it may be collected. */
  readonly services: readonly Service[];
  /** The first trading day with stored data: nothing could be collected before it. */
  readonly since: string;
  /** When the exchange was last asked, in milliseconds since 1970: nothing is known about later minutes. */
  readonly asked: number;
  /** The names that it listed and that are not stored. */
  readonly listed: ReadonlySet<string>;
}

/**
 * The absent minute files of a UTC date, by its inventory and that of the following date, which decides about its last
 * hour; null when no names are expected on the date.
 */
export function absentOn(
  day: DayInventory,
  next: DayInventory,
  { venue, services, since, asked, listed }: Collection,
): MinuteFile[] | null {
  const expected = servicesOn(day, services).flatMap((service) => expectedFilesOn(venue, day.date, service));
  if (expected.length === 0) return null;
  const overdue = expected.filter((file) => isOverdue(file, asked));
  const days = new Map([day, next].map((day) => [day.date, day]));
  return absentOf(overdue, days, listed).filter((file) => tradingDayOf(file) >= since);
}

function servicesOn(
  { ledger, spooled }: DayInventory,
  services: readonly Service[],
): readonly Service[] {
  if (services.length === 1) return services; // the usual case, and a date has 1,321 files
  const stored = [...minuteFilesIn(ledger, "", ""), ...spooled.map(({ file }) => file)];
  return servicesAmong(services, new Set(stored.map(({ service }) => service)));
}

/** The services that have something on disk for a date; all services if there is nothing. */
export function servicesAmong(
  services: readonly Service[],
  onDisk: ReadonlySet<Service>,
): readonly Service[] {
  const own = services.filter((service) => onDisk.has(service));
  return own.length === 0 ? services : own;
}

/** The trading day of the first file that is on disk for a date; the date itself where that is unknown. */
export function firstTradingDay(venue: Venue, { date, ledger, spooled }: DayInventory): string {
  const files = [...minuteFilesIn(ledger, venue, date), ...spooled.map(({ file }) => file)];
  const others = [...ledger.keys()].map(dateOfKey).filter((date) => date !== null);
  const [first = date] = [...files.map(tradingDayOf), ...others].sort();
  return first;
}

/**
 * The stored dates, in ascending order, and between them each trading day and the day before it, which has its first
 * hour in summer.
 */
export function datesBetween(stored: readonly string[]): string[] {
  const dates = new Set(stored);
  const [first, last] = [stored[0], stored.at(-1)!];
  for (let date = first; date < last; date = dateAfter(date)) {
    if ([date, dateAfter(date)].some((day) => isTradingDay(Temporal.PlainDate.from(day)))) dates.add(date);
  }
  return [...dates].sort();
}
