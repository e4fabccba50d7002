/** How much a flaw of what is stored weighs: `incomplete` is what the exchange or a month has and the partition has not. */
export type Gravity = "damage" | "incomplete" | "warning";

const GRAVITY = {
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
} as const satisfies Record<string, Gravity>;

/** Something that a verification found: what, at which file, and what to do. */
export interface Flaw {
  readonly kind: keyof typeof GRAVITY;
  readonly gravity: Gravity;
  /** Of a month file the month, `2026-09`; of a stray file as much as its folders tell. */
  readonly date: string;
  readonly path: string;
  readonly what: string;
  readonly remedy: string;
}

/** A flaw of this kind. */
export function flaw(kind: Flaw["kind"], date: string, path: string, what: string, remedy: string): Flaw {
  return { kind, gravity: GRAVITY[kind], date, path, what, remedy };
}
