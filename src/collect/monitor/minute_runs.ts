import { clockOf } from "../../feed/file_names.ts";

/** Consecutive minutes of a UTC date, `08_34` to `08_40`. */
export interface MinuteRun {
  readonly from: string;
  readonly to: string;
  readonly minutes: number;
}

/** The runs of minutes that are missing between these. */
export function gapsOf(minutes: readonly number[]): MinuteRun[] {
  const sorted = minutes.toSorted((a, b) => a - b);
  return sorted.slice(1).flatMap((minute, i) => {
    const before = sorted[i];
    return minute - before <= 1 ? [] : [runFrom(before + 1, minute - 1)];
  });
}

/** Groups ascending minutes into runs. */
export function runsOf(minutes: readonly number[]): MinuteRun[] {
  const starts = minutes.filter((minute, i) => i === 0 || minute - minutes[i - 1] > 1);
  const ends = minutes.filter((minute, i) => i === minutes.length - 1 || minutes[i + 1] - minute > 1);
  return starts.map((start, i) => runFrom(start, ends[i]));
}

function runFrom(first: number, last: number): MinuteRun {
  return { from: clockOf(first), to: clockOf(last), minutes: last - first + 1 };
}
