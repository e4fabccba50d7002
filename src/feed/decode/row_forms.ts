import type { ColumnKind, PublishedType } from "../records/record_type.ts";
import type { Profile } from "./profiles.ts";

/** Bytes that rows share. */
export interface Stretch {
  /** Four at a time, as little-endian words; the last few that fill none are left to `last`. */
  readonly words: Int32Array;
  /** The last four. */
  readonly last: number;
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** A place in a row, at its beginning or after a value, and how it has been seen to go on from there. */
export interface Fork {
  /** The likeliest first. At most one of them fits. */
  readonly ways: Way[];
}

/**
 * How a row goes on: bytes that many rows share, and then a value of the row's own, or the row's end. To these bytes
 * belong keys whose value is null or empty, for they fill no column, and those of shared columns with their values.
 */
export interface Way {
  /** To the first byte of the value, the opening quote included; or to the end of the object. */
  readonly stretch: Stretch;
  readonly text: string;
  /** The value that follows; null at the end of the row. */
  readonly value: Value | null;
  /** Behind the value. */
  readonly next: Fork;
  /** Where a row ends here, what it holds in shared columns: its bytes have all been seen. Null elsewhere. */
  readonly end: RowEnd | null;
}

/** What rows of one form hold in shared columns, and the code of that in a generation of the builder's rows. */
export interface RowEnd {
  readonly profile: Profile;
  generation: number;
  code: number;
}

/** A value of a row, and the column that it fills. */
export interface Value {
  readonly column: number;
  readonly kind: ColumnKind;
  readonly quoted: boolean;
}

/** Where the value of a key stands in a line. */
interface Part {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

/** Beyond so many different stretches of bytes, what comes has too little in common to be predicted. */
const MAX_WAYS = 20_000;

/** The next key and its value: a string without escapes, a number, or null; nothing else can be predicted. */
const FIELD = /(?:^\s*\{|"?\s*,)\s*"([^"\\]*)"\s*:\s*(?:"([^"\\]*)(?=")|(-?\d[^"\\,}\s]*)|null(?=\s*[,}]))/y;
const END = /^"?\s*\}\s*$/;

/**
 * The forms of the rows that were met: their keys, in their order, with all that stands between the values of their own.
 * They share what they have in common, so that optional keys, which make dozens of forms, cost a comparison where they
 * may stand.
 */
export class RowForms {
  readonly root: Fork = { ways: [] };
  #ways = 0;

  /** `isShared` says of each column of the type whether its values belong to the form. */
  constructor(readonly type: PublishedType, readonly isShared: readonly boolean[]) {}

  get areFull(): boolean {
    return this.#ways > MAX_WAYS;
  }

  /**
   * Remembers the form of a line that has been decoded, `profile` being what it holds in shared columns, unless it cannot
   * be predicted or there are too many.
   */
  learn(line: string, profile: Profile): void {
    const parts = partsOf(this.type, line);
    if (parts === null || this.areFull) return;
    let [fork, at] = [this.root, 0];
    for (const { value, start, end } of parts) {
      if (this.isShared[value.column]) continue;
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

/**
 * What of a line is a value of its own; null when it cannot be told by its form alone: nested or escaped values, keys
 * that no era knows, a key or a column that comes twice.
 */
function partsOf(type: PublishedType, line: string): Part[] | null {
  const parts: Part[] = [];
  const keys = new Set<string>();
  const columns = new Set<number>();
  let end = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(line); match; match = FIELD.exec(line)) {
    const [, key, text, number] = match;
    const written = text ?? number;
    const column = type.columnOfKey.get(key);
    if (keys.has(key) || (column === undefined && written !== undefined)) return null;
    keys.add(key);
    end = FIELD.lastIndex;
    if (column === undefined || written === undefined || written === "") continue;
    if (columns.has(column)) return null;
    columns.add(column);
    const value = { column, kind: type.columns[column].kind, quoted: text !== undefined };
    parts.push({ value, start: end - written.length, end });
  }
  return columns.has(type.required) && END.test(line.slice(end)) ? parts : null;
}

function stretchOf(text: string): Stretch {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true));
  const last = bytes.length < 4 ? 0 : view.getInt32(bytes.length - 4, true);
  return { words, last, bytes, length: bytes.length };
}
