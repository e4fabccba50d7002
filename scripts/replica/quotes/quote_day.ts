import { berlinOffset, epochSeconds, filedMinutes, type Minutes, minuteText } from "../calendar.ts";
import { Random } from "../random.ts";
import { activityAt, type VenueModel, venueModel } from "../venues.ts";
import { Book } from "./book.ts";
import { type QuoteMinute, QuoteMinuteMaker } from "./quote_minute.ts";
import { shapeOf } from "./shapes.ts";

/** A day of a service of quotes to generate. The same values give the same bytes. */
export interface QuoteDaySpec {
  /** Its whole name, such as `DEUR-pretradeOthers`. */
  readonly service: string;
  /** The trading day in Frankfurt, YYYY-MM-DD. */
  readonly date: string;
  readonly seed?: number;
  /** Rows of a usual minute of trading, depth included; by default as many as the exchange's. */
  readonly rows?: number;
  /** How many instruments are quoted; by default all of the venue. */
  readonly instruments?: number;
  /** Which minute files exist; by default 1,321 on a trading day and none on others. */
  readonly minutes?: Minutes;
  /** Whether rows also have oddities that a service may send (see `madeOdd`); default false. */
  readonly odd?: boolean;
}

/** A minute file before compression. */
export interface QuoteFile extends QuoteMinute {
  readonly name: string;
  readonly venue: string;
  /** The UTC date and hour in its name, `2026-09-01T08`. */
  readonly hour: string;
}

/** In Frankfurt the bonds are withdrawn in this minute of Berlin's day. */
const BONDS_WITHDRAWN = 17 * 60 + 30;
const MINUTES_OF_DAY = 1440;

/** The minute files of a day, oldest first. Holds one minute and the prices; a full minute of Xetra takes seconds. */
export function* generateQuotes(spec: QuoteDaySpec): Generator<QuoteFile, void, undefined> {
  const { service, date, seed = 1 } = spec;
  const venue = service.slice(0, 4);
  const model = venueModel(venue);
  const shape = shapeOf(service);
  const random = new Random(`quotes/${seed}/${service}/${date}`);
  const book = new Book(venue, seed, spec.instruments ?? model.instruments, random);
  const maker = new QuoteMinuteMaker({ service, shape, book, isOdd: spec.odd ?? false });
  const offset = berlinOffset(date);
  const usual = usualActivity(model);
  for (const minute of minutesOf(spec)) {
    const seconds = epochSeconds(date, minute);
    const name = quoteFileName(service, seconds);
    const berlin = minute + offset;
    const rows = Math.round((spec.rows ?? shape.rows) * activityAt(model, berlin) / usual);
    const withdrawsBonds = venue === "DFRA" && berlin === BONDS_WITHDRAWN;
    const file = maker.make({ seconds, rows, name, withdrawsBonds });
    yield { name, venue, hour: minuteText(seconds).slice(0, 13), ...file };
  }
}

/** The names of a day's minute files, oldest first, without generating them. */
export function quoteNames(spec: QuoteDaySpec): string[] {
  return minutesOf(spec).map((minute) => quoteFileName(spec.service, epochSeconds(spec.date, minute)));
}

function quoteFileName(service: string, seconds: number): string {
  return `${service}-${minuteText(seconds).replace(":", "_")}.json.gz`;
}

function minutesOf({ date, minutes }: QuoteDaySpec): number[] {
  const { from, until } = minutes ?? filedMinutes(date);
  return Array.from({ length: until - from }, (_, i) => from + i);
}

/** The mean activity of a minute in which the venue is open. */
function usualActivity(model: VenueModel): number {
  const all = Array.from({ length: MINUTES_OF_DAY }, (_, minute) => activityAt(model, minute));
  const open = all.filter((activity) => activity > 0);
  return open.reduce((sum, activity) => sum + activity, 0) / open.length;
}
