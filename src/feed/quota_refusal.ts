/** The two headers of a refusal that say when to try again, each null where it is missing. */
export interface QuotaRefusal {
  readonly retryAfter: string | null;
  readonly date: string | null;
}

/**
 * How long to wait after a refusal at `now`, in milliseconds: Retry-After holds seconds or an HTTP date; 0 when that is
 * in the past, null when it is neither. A date is taken relative to the date of the exchange's answer, since our clock
 * may be wrong.
 */
export function retryAfterMillis({ retryAfter, date }: QuotaRefusal, now: number): number | null {
  if (retryAfter === null) return null;
  if (/^-?\d+$/.test(retryAfter)) return Math.max(0, Number(retryAfter) * 1000);
  const until = httpDate(retryAfter);
  return until === null ? null : Math.max(0, until - (httpDate(date) ?? now));
}

/** Only text that looks like an HTTP date is parsed as one: Date.parse accepts texts like "abc 5" too. */
function httpDate(header: string | null): number | null {
  const millis = header !== null && /^[A-Z][a-z]+, .* GMT$/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(millis) ? null : millis;
}
