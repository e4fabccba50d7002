/**
 * When a row takes effect: at its update time, or when it was published if it has none. A row without both is left out.
 * Since clocks err, a row takes effect at most one hour before the hour of its partition begins, and at the end of that
 * hour at the latest. So the state at a time depends on no later partition than that of the next hour.
 */
import { NULL_TIME, type TimeColumn } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { firstOf } from "../first_of.ts";
import type { Stretch } from "../by_instrument.ts";
import type { HourGroup } from "./hour_groups.ts";
import { NANOS_PER_HOUR, type QuoteHour } from "./quote_hours.ts";

/** A row that is published even later than this after its update does not count from its update on. */
const LATEST = NANOS_PER_HOUR;

/** Rows of an ISIN, from `from` up to, not including, `to`, in the order in which they take effect. */
export interface Run {
  readonly group: HourGroup;
  readonly from: number;
  readonly to: number;
  /** The update or publication time of each row of the group. */
  readonly times: BigInt64Array;
}

/**
 * Parts the rows of a stretch into those with an update time and those with a publication time only. If two rows take
 * effect at the same moment, the one in the first run goes first.
 */
export function runsOf({ group, from, to }: Stretch<HourGroup>): Run[] {
  const { nanos: times } = group.column(QUOTES.time.event) as TimeColumn;
  const timed = times[to - 1] === NULL_TIME ? firstOf(from, to, (row) => times[row] === NULL_TIME) : to;
  return [{ group, from, to: timed, times }, ...timed < to ? [untimed({ group, from: timed, to })] : []]
    .filter(({ from, to }) => from < to);
}

/** When the first row of a stretch takes effect; null if it has no update time. */
export function startOf({ group, from }: Stretch<HourGroup>): bigint | null {
  const [run] = runsOf({ group, from, to: from + 1 });
  return hasUpdateTime(group, from) ? momentOf(run, from) : null;
}

/** Whether all rows of a stretch have an update time: those without one follow the others. */
export function isTimed({ group, to }: Stretch<HourGroup>): boolean {
  return hasUpdateTime(group, to - 1);
}

function hasUpdateTime(group: HourGroup, row: number): boolean {
  return (group.column(QUOTES.time.event) as TimeColumn).nanos[row] !== NULL_TIME;
}

function untimed({ group, from, to }: Stretch<HourGroup>): Run {
  const { nanos: times } = group.column(QUOTES.time.published) as TimeColumn;
  return { group, from, to: firstOf(from, to, (row) => times[row] === NULL_TIME), times };
}

/** When a row of a run takes effect. */
export function momentOf({ group: { hour }, times }: Run, row: number): bigint {
  const time = times[row];
  const earliest = earliestMoment(hour);
  return time < earliest ? earliest : time > hour.end ? hour.end : time;
}

/** The hours with rows that may have taken effect by a time. */
export function hoursUntil(time: bigint, hours: readonly QuoteHour[]): QuoteHour[] {
  return hours.filter((hour) => earliestMoment(hour) <= time);
}

function earliestMoment({ start }: QuoteHour): bigint {
  return start - LATEST;
}

/** The first row of a run that takes effect after a time; `to` when there is none. */
export function firstAfter(run: Run, time: bigint): number {
  if (run.group.hour.end <= time) return run.to;
  return firstOf(run.from, run.to, (row) => momentOf(run, row) > time);
}
