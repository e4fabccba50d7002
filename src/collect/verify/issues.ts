/**
 * How serious an issue is; `incomplete` means that the exchange or a month has something that the partition does not
 * have.
 */
export type Severity = "damage" | "incomplete" | "warning";

const SEVERITY = {
  "damaged partition": "damage",
  "damaged raw file": "damage",
  "damaged month": "damage",
  "trades missing": "damage",
  "not reconciled": "incomplete",
  "not judged": "incomplete",
  "contradiction": "incomplete",
  "shrunk days": "incomplete",
  "gap": "warning",
  "waiting": "warning",
  "stale month": "warning",
  "not compared": "warning",
  "stray file": "warning",
} as const satisfies Record<string, Severity>;

/** Something a verification found: what, in which file, and what to do. */
export interface Issue {
  readonly kind: keyof typeof SEVERITY;
  readonly severity: Severity;
  /** For a month file the month, `2026-09`; for a stray file as much of a date as its folders name. */
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** Creates an issue of this kind. */
export function issue(kind: Issue["kind"], date: string, path: string, what: string, remedy: string): Issue {
  return { kind, severity: SEVERITY[kind], date, path, what, remedy };
}

/** Sorts issues by date; issues of the same date or month keep their order. */
export function byDate(issues: readonly Issue[]): Issue[] {
  return issues.toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)));
}
