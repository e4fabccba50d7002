/** The hours of a day in which cycles run, by the market's clock; the end is not included. */
export interface ActiveHours {
  /** Minute of the day, 0 to 1439. */
  readonly opens: number;
  /** Minute of the day, 1 to 1440; less than `opens` when the hours run past midnight. */
  readonly closes: number;
}

/** Whether the hours open on a date of the market's calendar. */
export type DayFilter = (date: Temporal.PlainDate) => boolean;

const MINUTES_PER_DAY = 24 * 60;
/** No exchange is closed for longer; and hours that a change of the clocks skips are missing for only one day. */
const SEARCHED_DAYS = 15;

/** Every hour of every day. */
export const ALWAYS: ActiveHours = { opens: 0, closes: MINUTES_PER_DAY };

/**
 * Reads `HH:MM-HH:MM`, such as `08:30-18:00`, or `22:00-06:00` past midnight. `00:00-24:00` means always, and so does
 * `00:00-23:59`, which was written before 24:00 was accepted. Throws a RangeError for anything else.
 */
export function parseActiveHours(text: string): ActiveHours {
  const match = /^\s*(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)\s*$/.exec(text);
  if (match === null) {
    throw new RangeError(`active hours are HH:MM-HH:MM, such as 08:30-18:00, not "${text}"`);
  }
  const [openHour, openMinute, closeHour, closeMinute] = match.slice(1).map(Number);
  const opens = openHour * 60 + openMinute;
  const closes = closeHour * 60 + closeMinute || MINUTES_PER_DAY;
  if (openMinute > 59 || closeMinute > 59 || opens >= MINUTES_PER_DAY || closes > MINUTES_PER_DAY) {
    throw new RangeError(`active hours "${text}": a time is 00:00 to 23:59, the second one up to 24:00`);
  }
  if (opens === 0 && closes >= MINUTES_PER_DAY - 1) return ALWAYS;
  if (opens !== closes) return { opens, closes };
  throw new RangeError(`active hours "${text}" begin and end at the same time; 00:00-24:00 means always`);
}

/**
 * Whether the clock of `zone` shows a time within the hours. Hours past midnight belong to the day on which they open,
 * and count only if `opensOn` accepts that day.
 */
export function isActive(
  { opens, closes }: ActiveHours,
  at: Temporal.Instant,
  zone: string,
  opensOn: DayFilter = everyDay,
): boolean {
  const local = at.toZonedDateTimeISO(zone);
  const minute = local.hour * 60 + local.minute;
  const today = local.toPlainDate();
  if (opens < closes) return opens <= minute && minute < closes && opensOn(today);
  return minute >= opens ? opensOn(today) : minute < closes && opensOn(today.subtract({ days: 1 }));
}

/**
 * The first instant after `after` at which the hours begin; null when they never begin, for example because they never
 * end.
 */
export function nextOpening(
  hours: ActiveHours,
  after: Temporal.Instant,
  zone: string,
  opensOn: DayFilter = everyDay,
): Temporal.Instant | null {
  return nextTurn(hours, after, zone, opensOn, true);
}

/** The first instant after `after` that is no longer within the hours; null when they never end. */
export function nextClosing(
  hours: ActiveHours,
  after: Temporal.Instant,
  zone: string,
  opensOn: DayFilter = everyDay,
): Temporal.Instant | null {
  return nextTurn(hours, after, zone, opensOn, false);
}

export function everyDay(): boolean {
  return true;
}

function nextTurn(
  hours: ActiveHours,
  after: Temporal.Instant,
  zone: string,
  opensOn: DayFilter,
  active: boolean,
): Temporal.Instant | null {
  if (hours.opens === 0 && hours.closes === MINUTES_PER_DAY && opensOn === everyDay) return null;
  const first = after.toZonedDateTimeISO(zone).toPlainDate();
  for (let days = 0; days < SEARCHED_DAYS; days++) {
    for (const at of edgesOf(hours, first.add({ days }), zone)) {
      if (Temporal.Instant.compare(at, after) <= 0) continue;
      const before = isActive(hours, at.subtract({ nanoseconds: 1 }), zone, opensOn);
      if (before !== active && isActive(hours, at, zone, opensOn) === active) return at;
    }
  }
  return null;
}

/**
 * All instants of a date at which the hours may begin or end, in ascending order: midnight, the times themselves (twice
 * if the clock shows them twice), and a change of the clocks, which may skip a time or go back before it.
 */
function edgesOf({ opens, closes }: ActiveHours, date: Temporal.PlainDate, zone: string): Temporal.Instant[] {
  const midnight = date.toZonedDateTime(zone);
  const change = midnight.getTimeZoneTransition("next");
  const edges = [midnight.toInstant()];
  for (const minute of [opens, closes % MINUTES_PER_DAY]) {
    const time = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
    for (const disambiguation of ["earlier", "later"] as const) {
      edges.push(time.toZonedDateTime(zone, { disambiguation }).toInstant());
    }
  }
  if (change?.toPlainDate().equals(date)) edges.push(change.toInstant());
  return edges.sort(Temporal.Instant.compare);
}
