const NUMBER = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", {
  notation: "compact",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** `440,000`; a dash where there is none. */
export function numberText(value: number | null): string {
  return value === null ? "–" : NUMBER.format(value);
}

/** `1.2M`. */
export function shortText(value: number | null): string {
  return value === null ? "–" : SHORT.format(value);
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Whether it is a date, `2026-09-01`. */
export function isDate(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** `2026-09-01 08:34 UTC` of ISO 8601; a dash where there is none. */
export function timeText(time: string | null): string {
  return time === null ? "–" : `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
