/** The time from one start to the next. */
export interface Interval {
  readonly millis: number;
  /** For messages: `1 hour(s)`, `15 minute(s)`. */
  readonly text: string;
}

const LONGEST_MILLIS = 366 * 24 * 3_600_000;
const MILLIS = { hour: 3_600_000, minute: 60_000, second: 1_000 } as const;
const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const HOURS = new RegExp(`^${NUMBER}$`);
const UNITS = new RegExp(`^(?:${NUMBER}h)?(?:${NUMBER}m)?(?:${NUMBER}s)?$`);

/**
 * Reads an interval: hours (`1`, `0.5`), or hours, minutes and seconds with units (`15m`, `90s`, `1h30m`). Throws a
 * RangeError when it is invalid, less than a millisecond or more than a year.
 */
export function parseInterval(text: string): Interval {
  const parts = HOURS.exec(text.trim())?.slice(1) ?? UNITS.exec(text.trim())?.slice(1) ?? [];
  const units = (["hour", "minute", "second"] as const).flatMap((unit, i) =>
    parts[i] === undefined ? [] : [{ unit, count: Number(parts[i]) }]
  );
  const millis = Math.round(units.reduce((sum, { unit, count }) => sum + count * MILLIS[unit], 0));
  if (millis >= 1 && millis <= LONGEST_MILLIS) {
    return { millis, text: units.map(({ unit, count }) => `${count} ${unit}(s)`).join(" ") };
  }
  throw new RangeError(
    `an interval is a number of hours such as 1 or 0.5, or a time such as 15m, 90s or 1h30m, more than 0 and at most a year; not "${text}"`,
  );
}
