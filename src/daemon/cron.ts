import { Cron } from "croner";
import type { DayFilter } from "./active_hours.ts";
import { reasonOf } from "../system/disk_error.ts";
import { type Appointment, appointment, earliest, isAfter, LATE_SWEEP, type Timetable } from "./timetable.ts";

/** The times of the sweeps after the last start of a day. */
const SWEEPS = [LATE_SWEEP, LATE_SWEEP.add(LATE_SWEEP)];
/** How many days of an expression are searched for one that counts; with Saturdays only, there is none. */
const SEARCHED_DAYS = 50;
/** Two are looked at in turn; more only when the clock is set. */
const REMEMBERED_DAYS = 10;

/**
 * The times of a cron expression with five fields (or `@hourly` and the like) by the clock of `zone`, on the days that
 * `on` accepts. Adds two starts, 20 and 40 minutes after the last one of a day, unless the next one comes first. It has
 * no active hours of its own and is always active. Throws a RangeError when the expression is invalid or never matches.
 */
export function cronTimetable(expression: string, zone: string, on: DayFilter): Timetable {
  const cron = parseCron(expression, zone);
  const nextTime = (after: Temporal.Instant) => nextOn(cron, after, zone, on);
  const sweepsOn = rememberingDays((date) => {
    const last = lastStartOn(cron, date, zone);
    if (last === null) return [];
    const next = nextTime(last);
    return SWEEPS.map((delay) => last.add(delay)).filter((at) => !isOvertaken(at, next));
  });
  return {
    isActive: () => true,
    next: (after) => {
      const today = after.toZonedDateTimeISO(zone).toPlainDate();
      // The sweeps of the day before may reach past midnight.
      const sweeps = [today.subtract({ days: 1 }), today].filter(on).flatMap(sweepsOn);
      return earliest<Appointment>([
        ...sweeps.filter((at) => isAfter(at, after)).map((at) => appointment("late", at)),
        appointment("cron", nextTime(after)),
      ]);
    },
  };
}

/** The sweeps after the last start of a day. */
type Sweeps = (date: Temporal.PlainDate) => readonly Temporal.Instant[];

/** The same, but a day is searched only once: whoever asks for the next start asks for it and for the day before. */
function rememberingDays(sweepsOn: Sweeps): Sweeps {
  const known = new Map<string, readonly Temporal.Instant[]>();
  return (date) => {
    const day = date.toString();
    const sweeps = known.get(day) ?? sweepsOn(date);
    if (known.size > REMEMBERED_DAYS) known.clear();
    known.set(day, sweeps);
    return sweeps;
  };
}

/** A start by the expression replaces the sweeps of the day before. */
function isOvertaken(sweep: Temporal.Instant, next: Temporal.Instant | null): boolean {
  return next !== null && !isAfter(next, sweep);
}

function parseCron(expression: string, zone: string): Cron {
  let cron: Cron;
  try {
    cron = new Cron(expression, { timezone: zone, mode: "5-part", paused: true });
  } catch (error) {
    const reason = reasonOf(error).replace(/^CronPattern: /, "");
    throw new RangeError(`"${expression}" is not a cron expression such as "*/15 8-18 * * 1-5": ${reason}`, {
      cause: error,
    });
  }
  if (cron.nextRun(new Date(0)) !== null) return cron;
  throw new RangeError(`the cron expression "${expression}" names a day that no year has`);
}

/** The first time of the expression after `after` on an accepted day. */
function nextOn(cron: Cron, after: Temporal.Instant, zone: string, on: DayFilter): Temporal.Instant | null {
  let at = after;
  for (let tried = 0; tried < SEARCHED_DAYS; tried++) {
    const next = cron.nextRun(new Date(at.epochMilliseconds));
    if (next === null) return null;
    const local = Temporal.Instant.fromEpochMilliseconds(next.getTime()).toZonedDateTimeISO(zone);
    if (on(local.toPlainDate())) return local.toInstant();
    at = local.startOfDay().add({ days: 1 }).subtract({ milliseconds: 1 }).toInstant();
  }
  return null;
}

/** The last start of a day; null when it has none. */
function lastStartOn(cron: Cron, date: Temporal.PlainDate, zone: string): Temporal.Instant | null {
  const [last] = cron.previousRuns(
    1,
    new Date(date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds),
  );
  return last && last.getTime() >= date.toZonedDateTime(zone).epochMilliseconds
    ? Temporal.Instant.fromEpochMilliseconds(last.getTime())
    : null;
}
