/**
 * When a row takes effect: at its update time, or where it has none, when it was published. Since clocks err, that is not earlier than
 * an hour before the hour of its partition, and not later than that hour's end: so a state needs no later partitions than
 * that of the next hour. A row with neither time is left out.
 */
import { NULL_TIME, type TimeColumn } from "../../feed/records/batch.ts";
import { QUOTES } from "../../feed/records/quotes.ts";
import { firstOf } from "../day_trades.ts";
import type { Stretch } from "../instruments.ts";
import type { HourGroup } from "./hour_groups.ts";
import { NANOS_PER_HOUR, type QuoteHour } from "./quote_hours.ts";

/** How long after its update a row may be published and still count from then on. */
const LATEST = NANOS_PER_HOUR;

/** Rows of an ISIN, from `from` to before `to`, that take effect one after the other. */
export interface Run {
  readonly group: HourGroup;
  readonly from: number;
  readonly to: number;
  /** Of each row of the group, the time that it tells. */
  readonly times: BigInt64Array;
}

/**
 * The rows of a stretch as runs, of which at one moment the first goes first: those with an update time, and those with the
 * time of their publication only.
 */
export function runsOf({ group, from, to }: Stretch<HourGroup>): Run[] {
  const { nanos: times } = group.column(QUOTES.time.event) as TimeColumn;
  const timed = times[to - 1] === NULL_TIME ? firstOf(from, to, (row) => times[row] === NULL_TIME) : to;
  return [{ group, from, to: timed, times }, ...timed < to ? [untimed({ group, from: timed, to })] : []]
    .filter(({ from, to }) => from < to);
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

/** Those hours of which a row can have taken effect at a time. */
export function hoursUntil(time: bigint, hours: readonly QuoteHour[]): QuoteHour[] {
  return hours.filter((hour) => earliestMoment(hour) <= time);
}

function earliestMoment({ start }: QuoteHour): bigint {
  return start - LATEST;
}

/** The first row of a run that takes effect after a time; `to` when none does. */
export function firstAfter(run: Run, time: bigint): number {
  if (run.group.hour.end <= time) return run.to;
  return firstOf(run.from, run.to, (row) => momentOf(run, row) > time);
}
