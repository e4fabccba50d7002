import { dateAfter } from "../../feed/calendar/dates.ts";
import { earlyClose } from "../../feed/calendar/early_close.ts";
import { expectedMinutes } from "../../feed/calendar/expected_files.ts";
import { isTradingDay } from "../../feed/calendar/holidays.ts";
import { dailyFile, fileNamed, isMinuteFile, POSTTRADE, type Service } from "../../feed/file_names.ts";
import { dateInFrankfurt, tradingDayOf } from "../../feed/calendar/trading_day.ts";
import type { Venue } from "../../feed/venue.ts";
import { CREDITED, isAdoptedKey, isOfExchange, ledgerKey, standsForFile } from "../../store/ledger.ts";
import { type LedgerOutline, markOf, marksOf, MINUTE } from "../../store/ledger_outline.ts";
import type { Layout } from "../../store/layout.ts";
import { type Collected, TRADES_COLLECTED } from "../collected.ts";
import { Inventory } from "../inventory.ts";
import { isKnown, isOverdue } from "./absent.ts";
import { firstTradingDay, servicesAmong } from "./absent_days.ts";
import { type DayOutline, readDayOutline } from "./day_outline.ts";
import type { KnownDays } from "./known_days.ts";
import { COMPARED_DAYS, usualTrades } from "./quiet_days.ts";

/**
 * Kinds of files that trades came from: `odd` has a name of no known form, `predecessor` is a file of the Python
 * program.
 */
export type Source = "minutes" | "daily" | "odd" | "predecessor";

/**
 * What is stored of one trading day. A UTC date can represent its trading day, since no venue trades in the hours where
 * they differ.
 */
export interface DayCoverage {
  /** The trading day, in Frankfurt. */
  readonly date: string;
  /** When trading ends in Frankfurt, such as `14:00`, on a day on which it ends early; else null. */
  readonly closes: string | null;
  /**
   * `open`: the day is not over yet; `incomplete`: it is over, and minutes are missing or files wait; `absent`: nothing
   * is stored.
   */
  readonly state: "whole" | "open" | "incomplete" | "absent" | "damaged";
  /**
   * Minute files that are due and neither stored, nor waiting in the spool, nor replaced by the daily file; 0 when it
   * is damaged.
   */
  readonly missing: number;
  /** Raw files in the spool that are not in Parquet: not yet published, or not understood; 0 when it is damaged. */
  readonly waiting: number;
  /** Where its trades came from; empty when nothing is stored. */
  readonly sources: readonly Source[];
  /** Whether its daily file is stored; then all fetched minute files have been compared with it. */
  readonly reconciled: boolean;
  readonly trades: number;
  /** The median of the ten trading days before, as far as they are stored; null for fewer than three. */
  readonly usual: number | null;
  /** Whether the raw files of everything that was fetched are still in the spool; null when nothing was fetched. */
  readonly raw: "kept" | "in part" | "deleted" | null;
}

/** What does not depend on the days before. */
export type OwnCoverage = Omit<DayCoverage, "usual">;

/** The range of days, both included; defaults are the first stored day, and today. */
export interface DateRange {
  readonly from?: string;
  readonly to?: string;
}

/**
 * What is stored of each trading day of a range, oldest first, at `now` in milliseconds since 1970. Starts by default
 * with the first trading day that has stored data. Future days are left out, and today too while nothing of it is
 * stored. Reads one footer per date, except for days that `known` remembers. Throws the disk's errors.
 */
export async function* coverage(
  layout: Layout,
  venue: Venue,
  { from, to }: DateRange,
  now: number,
  collected: Collected = TRADES_COLLECTED,
  known: KnownDays<OwnCoverage> | null = null,
): AsyncGenerator<DayCoverage> {
  const stored = collected.storedDates(layout, venue);
  const first = from ??
    (stored.length === 0
      ? null
      : firstTradingDay(venue, await new Inventory(layout, venue, collected).of(stored[0])));
  if (first === null) return;
  const today = dateInFrankfurt(now).toString();
  const end = to === undefined || to > today ? today : to;
  const before: number[] = [];
  let last: DayOutline | null = null;
  for (let date = first; date <= end; date = dateAfter(date)) {
    if (!isTradingDay(Temporal.PlainDate.from(date))) continue;
    const look = async () => {
      const before = dateAfter(date, -1);
      const eve = last?.date === before ? last : await readDayOutline(layout, venue, before, collected);
      last = await readDayOutline(layout, venue, date, collected);
      return coverageOf(venue, eve, last, now, collected.services(venue));
    };
    const covered = known !== null && date < today ? await known.of(venue, date, look) : await look();
    if (covered.state !== "absent" || date < today) yield { ...covered, usual: usualTrades(before) };
    if (covered.sources.length > 0) before.push(covered.trades);
    if (before.length > COMPARED_DAYS) before.shift();
  }
}

/**
 * What is stored of a trading day, by the outline of its date and of the date before, where its first hour lies in
 * summer.
 */
export function coverageOf(
  venue: Venue,
  eve: DayOutline,
  day: DayOutline,
  now: number,
  services: readonly Service[] = [POSTTRADE],
): OwnCoverage {
  const { date, rows, damage } = day;
  const { isOver, isAnyFetched, absent } = minutesOf(eve, day, now, services);
  const daily = day.ledger.others.get(ledgerKey(dailyFile(venue, date)));
  const missing = daily === undefined ? absent : 0;
  const sources = kindsOfSources(day, isAnyFetched, daily !== undefined);
  const waiting = [...eve.waiting, ...day.waiting].filter(({ file }) => tradingDayOf(file) === date).length;
  return {
    date,
    closes: earlyClose(venue, Temporal.PlainDate.from(date)),
    state: stateOf({ isDamaged: damage !== null, isStored: sources.length > 0, isOver, missing, waiting }),
    missing: damage === null ? missing : 0,
    waiting: damage === null ? waiting : 0,
    sources,
    reconciled: standsForFile(daily),
    trades: rows,
    raw: rawOf(day),
  };
}

/** What is on disk of the minutes of a trading day. */
interface MinutesStored {
  /** Whether all of them are due. */
  readonly isOver: boolean;
  /** Whether any of their files was fetched. */
  readonly isAnyFetched: boolean;
  /** How many are due and neither in a ledger nor in the spool, by the rule of `absentOf`. */
  readonly absent: number;
}

/** Counts: the files of 1,321 minutes a date, of months without any, would be much garbage. */
function minutesOf(
  eve: DayOutline,
  day: DayOutline,
  now: number,
  services: readonly Service[],
): MinutesStored {
  let [isOver, isAnyFetched, absent] = [true, false, 0];
  const onDisk = new Set([...day.ledger.minutes.keys(), ...day.spooled.map(({ file }) => file.service)]);
  for (const service of servicesAmong(services, onDisk)) {
    for (const { date, from, until } of expectedMinutes(day.date)) {
      const of = date === day.date ? day : eve;
      const marks = marksOf(of.ledger, service);
      const spooled = spooledMinutes(of, service);
      const isUnknown = !isKnown({ damage: of.damage, ledger: of.ledger.others });
      for (let minute = from; minute < until; minute++) {
        const isDue = isOverdue({ date, minute }, now);
        isOver &&= isDue;
        isAnyFetched ||= marks[minute] === MINUTE.fetched;
        if (isDue && marks[minute] === MINUTE.unknown && !isUnknown && !spooled.has(minute)) absent++;
      }
    }
  }
  return { isOver, isAnyFetched, absent };
}

function spooledMinutes({ spooled }: DayOutline, service: Service): Set<number> {
  return new Set(
    spooled.map(({ file }) => file).filter(isMinuteFile)
      .filter((file) => file.service === service).map(({ minute }) => minute),
  );
}

interface DayFacts {
  readonly isDamaged: boolean;
  readonly isStored: boolean;
  readonly isOver: boolean;
  readonly missing: number;
  readonly waiting: number;
}

function stateOf({ isDamaged, isStored, isOver, missing, waiting }: DayFacts): DayCoverage["state"] {
  if (isDamaged) return "damaged";
  if (!isStored && waiting === 0) return "absent";
  if (!isOver) return "open";
  return missing + waiting > 0 ? "incomplete" : "whole";
}

function kindsOfSources({ ledger }: DayOutline, hasMinutes: boolean, hasDaily: boolean): Source[] {
  const keys = [...ledger.others.keys()];
  return [
    ...(hasMinutes ? ["minutes" as const] : []),
    ...(hasDaily ? ["daily" as const] : []),
    ...(keys.some((key) => fileNamed(key)?.kind === "odd") ? ["odd" as const] : []),
    ...(keys.some(isAdoptedKey) ? ["predecessor" as const] : []),
  ];
}

/** Adopted, salvaged and credited entries have no raw file of their own. */
function rawOf({ ledger, spooled }: DayOutline): DayCoverage["raw"] {
  const kept = spooled.filter(({ file, version }) => markOf(ledger, file, version) === MINUTE.fetched).length;
  const fetched = fetchedIn(ledger);
  if (fetched === 0) return null;
  if (kept === fetched) return "kept";
  return kept === 0 ? "deleted" : "in part";
}

/** How many files of the exchange were fetched. */
function fetchedIn({ minutes, others }: LedgerOutline): number {
  let fetched = 0;
  for (const marks of minutes.values()) for (const mark of marks) if (mark === MINUTE.fetched) fetched++;
  for (const [key, { digest }] of others) if (digest !== CREDITED && isOfExchange(key)) fetched++;
  return fetched;
}
