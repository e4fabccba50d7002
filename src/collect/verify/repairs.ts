import type { UnitedRemains } from "./unite_remains.ts";

/** What happened to a damaged file. */
export type Repair =
  /** Another took its place; the damaged one is kept at `aside`. */
  | {
    readonly kind: "rebuilt";
    readonly date: string;
    readonly path: string;
    readonly aside: string;
    readonly rows: number;
    /** Whether these are proved to be all rows and entries that it had. */
    readonly proven: boolean;
    /** The partition of another working directory that went into it; null when none did. */
    readonly other: (UnitedRemains & { readonly path: string }) | null;
  }
  /** Daily files that version 0.1.0 did not store completely were read again, into this date and the date before. */
  | { readonly kind: "judged"; readonly date: string; readonly path: string; readonly added: number }
  | { readonly kind: "set aside"; readonly date: string; readonly path: string; readonly aside: string }
  /** The file was left as it was. */
  | { readonly kind: "left"; readonly date: string; readonly path: string; readonly reason: string };
