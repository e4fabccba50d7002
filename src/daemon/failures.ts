/** This many failed cycles in a row are an outage that somebody has to look at. */
export const CRITICAL_FAILURES = 3;

/** Failed cycles in a row; none in a row when the last one did what it should. */
export interface Failures {
  readonly inARow: number;
  /** Why the last one failed. */
  readonly reason: string | null;
}

export const NO_FAILURES: Failures = { inARow: 0, reason: null };

/** The failures after one more cycle; `reason` says why it failed, null that it succeeded. */
export function counting({ inARow }: Failures, reason: string | null): Failures {
  return reason === null ? NO_FAILURES : { inARow: inARow + 1, reason };
}

/**
 * How loudly to report the last failure: with its reason when it is a new one, as an outage at the third in a row
 * and whenever their number has doubled since, else in passing.
 */
export function loudnessOf(before: Failures, now: Failures): "new" | "outage" | "repeated" {
  if (now.inARow >= CRITICAL_FAILURES && isDoubling(now.inARow / CRITICAL_FAILURES)) return "outage";
  return before.reason === now.reason ? "repeated" : "new";
}

function isDoubling(times: number): boolean {
  return Number.isInteger(Math.log2(times));
}
