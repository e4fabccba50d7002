/** How much an issue of what is stored weighs: `incomplete` is what the exchange or a month has and the partition has not. */
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

/** Something that a verification found: what, at which file, and what to do. */
export interface Issue {
  readonly kind: keyof typeof SEVERITY;
  readonly severity: Severity;
  /** Of a month file the month, `2026-09`; of a stray file as much as its folders tell. */
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** An issue of this kind. */
export function issue(kind: Issue["kind"], date: string, path: string, what: string, remedy: string): Issue {
  return { kind, severity: SEVERITY[kind], date, path, what, remedy };
}

/** Issues by date; those of one date, or month, stay in their order. */
export function byDate(issues: readonly Issue[]): Issue[] {
  return issues.toSorted((a, b) => (a.date < b.date ? -1 : Number(a.date > b.date)));
}
