import { Cron } from "croner";
import type { DayFilter } from "./active_hours.ts";
import { reasonOf } from "../system/disk_error.ts";
import { type Appointment, appointment, earliest, isAfter, LATE_SWEEP, type Timetable } from "./timetable.ts";

/** The times of the sweeps after the last start of a day. */
const SWEEPS = [LATE_SWEEP, LATE_SWEEP.add(LATE_SWEEP)];
/** How many days of an expression are searched for one that counts; with Saturdays only, there is none. */
const SEARCHED_DAYS = 50;

/**
 * The times of a cron expression with five fields (or `@hourly` and the like) by the clock of `zone`, on the days that
 * `on` accepts. Adds two starts, 20 and 40 minutes after the last one of a day, unless the next one comes first. It has
 * no active hours of its own and is always active. Throws a RangeError when the expression is invalid or never matches.
 */
export function cronTimetable(expression: string, zone: string, on: DayFilter): Timetable {
  const cron = parseCron(expression, zone);
  const nextTime = (after: Temporal.Instant) => nextOn(cron, after, zone, on);
  return {
    isActive: () => true,
    next: (after) => {
      const sweeps = lastStartsBefore(cron, after, zone, on).flatMap((last) =>
        SWEEPS.map((delay) => last.add(delay))
          .filter((at) => isAfter(at, after) && !isOvertaken(at, nextTime(last)))
      );
      return earliest<Appointment>([
        ...sweeps.map((at) => appointment("late", at)),
        appointment("cron", nextTime(after)),
      ]);
    },
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

/** The last start of the day of `at` and of the day before, whose sweeps may reach past midnight; ascending. */
function lastStartsBefore(cron: Cron, at: Temporal.Instant, zone: string, on: DayFilter): Temporal.Instant[] {
  const today = at.toZonedDateTimeISO(zone).toPlainDate();
  return [today.subtract({ days: 1 }), today].filter(on).flatMap((date) => {
    const [last] = cron.previousRuns(
      1,
      new Date(date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds),
    );
    return last && last.getTime() >= date.toZonedDateTime(zone).epochMilliseconds
      ? [Temporal.Instant.fromEpochMilliseconds(last.getTime())]
      : [];
  });
}
