import type { PublishedType } from "../records/record_type.ts";
import type { Profile } from "./profiles.ts";
import { partsOf, type Value } from "./row_parts.ts";

/** Bytes that several rows have in common. */
export interface Stretch {
  /** Four bytes each, as little-endian words; a remainder of fewer than four is covered by `last`. */
  readonly words: Int32Array;
  /** The last four bytes. */
  readonly last: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** A position in a row (its beginning, or after a value), and the ways in which rows have continued from there. */
export interface Fork {
  /** The likeliest first. At most one of them fits. */
  readonly ways: Way[];
}

/**
 * How a row continues: bytes that many rows share, and then a value of the row's own, or the end of the row. The bytes
 * include keys with a null or empty value, since these fill no column, and the keys and values of shared columns.
 */
export interface Way {
  /** The bytes up to the value, including its opening quote; or up to the end of the object. */
  readonly stretch: Stretch;
  readonly text: string;
  /** The value that follows; null at the end of the row. */
  readonly value: Value | null;
  /** The position after the value. */
  readonly next: Fork;
  /** If the row ends here, its values in shared columns, which its bytes determine; null otherwise. */
  readonly end: RowEnd | null;
}

/** The shared columns' values of rows with one form, and their code in a generation of the builder's rows. */
export interface RowEnd {
  /** Null when such rows are not stored. */
  readonly profile: Profile | null;
  generation: number;
  code: number;
}

/** If there are more different stretches of bytes than this, the rows have too little in common to be predicted. */
const MAX_WAYS = 20_000;

/**
 * The forms of the rows seen so far: their keys in order, with everything between the values that differ. Forms share
 * their common parts, so that an optional key (which leads to dozens of forms) costs only a comparison where it may
 * stand.
 */
export class RowForms {
  readonly root: Fork = { ways: [] };
  #ways = 0;

  /** `isShared` says for each column of the type whether its values belong to the form. */
  constructor(readonly type: PublishedType, readonly isShared: readonly boolean[]) {}

  get areFull(): boolean {
    return this.#ways > MAX_WAYS;
  }

  /**
   * Remembers the form of a decoded line, unless it cannot be predicted or there are too many forms. `profile` holds
   * the line's values in shared columns; null if its row is not stored.
   */
  learn(line: string, profile: Profile | null): void {
    const parts = partsOf(this.type, line, profile !== null);
    if (parts === null || this.areFull) return;
    let fork = this.root;
    let at = 0;
    for (const { value, start, end } of parts) {
      if (this.isShared[value.column] && value.kind !== "list") continue;
      fork = this.#way(fork, line.slice(at, start), value, null).next;
      at = end;
    }
    this.#way(fork, line.slice(at).trimEnd(), null, { profile, generation: -1, code: 0 });
  }

  #way(fork: Fork, text: string, value: Value | null, end: RowEnd | null): Way {
    const known = fork.ways.find((way) => way.text === text);
    if (known !== undefined) return known;
    const way: Way = { stretch: stretchOf(text), text, value, next: { ways: [] }, end };
    fork.ways.push(way);
    this.#ways++;
    return way;
  }
}

function stretchOf(text: string): Stretch {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true));
  const last = bytes.length < 4 ? 0 : view.getInt32(bytes.length - 4, true);
  return { words, last, bytes, length: bytes.length };
}
