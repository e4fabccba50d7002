import { activityAt, type VenueModel, venueModel } from "./venues.ts";
import {
  berlinOffset,
  epochSeconds,
  filedMinutes,
  frankfurtDay,
  type Minutes,
  minuteText,
} from "./calendar.ts";
import { instruments } from "./instruments.ts";
import { Market } from "./market.ts";
import { MinuteMaker } from "./minute.ts";
import { Random } from "./random.ts";
import type { Era, Trade } from "./trade.ts";
import { TIDY, type Untidiness } from "./untidy.ts";
import { lineWriter } from "./wire.ts";

/** Scatter of the trades of neighbouring minutes: 6 to 30 % within a quarter of an hour on 2025-11-04. */
const NOISE = 0.17;

/** A trading day of a venue to generate. The same values give the same bytes. */
export interface DaySpec {
  readonly venue: string;
  /** The trading day in Frankfurt, YYYY-MM-DD. */
  readonly date: string;
  readonly era?: Era;
  readonly seed?: number;
  /** Trades of the day, without corrections and duplicates; by default the venue's usual number. */
  readonly trades?: number;
  /** Which minute files exist; by default 1,321 on a trading day and none on others. */
  readonly minutes?: Minutes;
  /**
   * When trading begins, in minutes of the day in Berlin; by default when the venue does, and no venue trades before
   * 00:15 UTC. One that begins earlier has rows of two UTC dates in its daily file.
   */
  readonly opens?: number;
  /** When trading ends, likewise; by default when the venue's does. */
  readonly closes?: number;
  /** Deviations from a tidy feed; by default none. */
  readonly untidiness?: Partial<Untidiness>;
}

/** A minute file before compression. */
export interface MinuteFile {
  readonly name: string;
  readonly venue: string;
  /** The UTC date and minute in its name; what was published from then on for 60 seconds. */
  readonly date: string;
  readonly minute: number;
  /** Its rows in order, as they must be stored, duplicates included. */
  readonly trades: readonly Trade[];
  /** What is sent, in the era's keys. */
  readonly ndjson: Uint8Array<ArrayBuffer>;
}

/**
 * The minute files of a trading day, oldest first. Holds one minute, the prices, and rows that are to be
 * corrected; a day of 440,000 trades takes some seconds.
 *
 * Throws a RangeError when `minutes` leave the day (00:00 to 24:00 in Berlin).
 */
export function* generateDay(spec: DaySpec): Generator<MinuteFile, void, undefined> {
  const { venue, date, era = "2026-mifid", seed = 1 } = spec;
  const model = modelOf(spec);
  const random = new Random(`${seed}/${venue}/${date}`);
  const market = new Market(instruments(venue, seed, model.instruments), random);
  const untidiness = { ...TIDY, ...spec.untidiness };
  const maker = new MinuteMaker({
    venue,
    era,
    date,
    model,
    market,
    untidiness,
    write: lineWriter(venue, era),
  });
  for (const [minute, trades] of schedule(spec, model, random)) {
    const seconds = epochSeconds(date, minute);
    const name = minuteFileName(venue, seconds);
    const file = maker.make({ seconds, berlinMinute: minute + berlinOffset(date), trades, name });
    const utc = minuteText(seconds);
    yield { name, venue, date: utc.slice(0, 10), minute: (seconds / 60) % 1440, ...file };
  }
}

/** The names of the day's minute files, oldest first, without generating them. */
export function minuteNames(spec: DaySpec): string[] {
  const { from, until } = minutesOf(spec);
  return Array.from(
    { length: until - from },
    (_, i) => minuteFileName(spec.venue, epochSeconds(spec.date, from + i)),
  );
}

/** `DETR-posttrade-daily-2026-09-01.json.gz` */
export function dailyFileName(venue: string, date: string): string {
  return `${venue}-posttrade-daily-${date}.json.gz`;
}

/** `DETR-posttrade-2026-daily-09-01.json.gz`: what the same file is called around midnight. */
export function midnightFileName(venue: string, date: string): string {
  return `${venue}-posttrade-${date.slice(0, 5)}daily-${date.slice(5)}.json.gz`;
}

function minuteFileName(venue: string, seconds: number): string {
  return `${venue}-posttrade-${minuteText(seconds).replace(":", "_")}.json.gz`;
}

function modelOf({ venue, opens, closes }: DaySpec): VenueModel {
  const model = venueModel(venue);
  return { ...model, opens: opens ?? model.opens, closes: closes ?? model.closes };
}

function minutesOf({ date, minutes }: DaySpec): Minutes {
  const day = frankfurtDay(date);
  const range = minutes ?? filedMinutes(date);
  if (range.from < day.from || range.until > day.until || range.from > range.until) {
    throw new RangeError(`minutes ${range.from} to ${range.until} leave the Frankfurt day ${date}`);
  }
  return range;
}

/**
 * Each minute with its number of trades: the venue's profile, with noise except in its `moments`, adding up to
 * `trades`.
 */
function schedule(spec: DaySpec, model: VenueModel, random: Random): [minute: number, trades: number][] {
  const { from, until } = minutesOf(spec);
  const offset = berlinOffset(spec.date);
  const weights = Array.from({ length: until - from }, (_, i) => {
    const minute = from + i + offset;
    const noise = Math.exp(NOISE * random.normal());
    return activityAt(model, minute) * (model.moments.has(minute) ? 1 : noise);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const scale = sum === 0 ? 0 : (spec.trades ?? model.trades) / sum;
  let weight = 0;
  return weights.map((own, i) => {
    const before = Math.round(weight * scale);
    weight += own;
    return [from + i, Math.round(weight * scale) - before];
  });
}
