/** Failed cycles in a row; zero when the last one succeeded. */
export interface Failures {
  readonly inARow: number;
  /** Why the last one failed. */
  readonly reason: string | null;
}

export const NO_FAILURES: Failures = { inARow: 0, reason: null };

/** How prominently a failure is reported. */
export type Loudness = "new" | "outage" | "repeated";

/** The failures after one more cycle; `reason` says why it failed, and is null if it succeeded. */
export function counting({ inARow }: Failures, reason: string | null): Failures {
  return reason === null ? NO_FAILURES : { inARow: inARow + 1, reason };
}

/**
 * How prominently to report the last failure: with its reason when it is new; as an outage when there are `outageAfter`
 * in a row and whenever their number has doubled since; otherwise as a repetition.
 */
export function loudnessOf(
  before: Failures,
  now: Failures,
  outageAfter: number,
): Loudness {
  if (now.inARow >= outageAfter && isDoubling(now.inARow / outageAfter)) return "outage";
  return before.reason === now.reason ? "repeated" : "new";
}

function isDoubling(times: number): boolean {
  return Number.isInteger(Math.log2(times));
}
