export const MINUTES_PER_DAY = 1440;
export const MILLIS_PER_MINUTE = 60_000;
export const MILLIS_PER_DAY = MINUTES_PER_DAY * MILLIS_PER_MINUTE;

/** The date `days` after a date; before it if `days` is negative. */
export function dateAfter(date: string, days = 1): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The month of a date: `2026-09` of `2026-09-17`. */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

/** The date of an hour, `2026-09-17` of `2026-09-17T08`; that of a date is itself. */
export function dateOfHour(hour: string): string {
  return hour.slice(0, 10);
}

/** The last date of a month: `2026-09-30` of `2026-09`. */
export function lastDateOf(month: string): string {
  const { daysInMonth } = Temporal.PlainYearMonth.from(month);
  return `${month}-${daysInMonth}`;
}

/** The UTC date of a moment in milliseconds since 1970. */
export function utcDateOf(millis: number): string {
  return new Date(millis).toISOString().slice(0, 10);
}
