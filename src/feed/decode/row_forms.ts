import { type ColumnKind, eraOf, type PublishedType } from "../records/record_type.ts";

/** Bytes to compare with, four at a time (big endian) and the last few one by one. */
export interface Literal {
  readonly words: Uint32Array;
  readonly rest: Uint8Array;
  readonly length: number;
}

/** A place in a row, at its beginning or after a value, and how it has been seen to go on from there. */
export interface Fork {
  /** The likeliest first. At most one of them fits. */
  readonly ways: Way[];
}

/**
 * How a row goes on: bytes that many rows share, and then a value of the row's own, or the row's end. Keys whose value is
 * null or empty belong to these bytes, for they fill no column.
 */
export interface Way {
  /** To the first byte of the value, the opening quote included; or to the end of the object. */
  readonly lead: Literal;
  readonly text: string;
  /** The value that follows; null at the end of the row. */
  readonly value: Value | null;
  /** Behind the value. */
  readonly next: Fork;
  /** Of a row that ends here, for its keys have all been seen; null elsewhere. */
  readonly era: string | null;
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
const MAX_WAYS = 2_000;

/** The next key and its value: a string without escapes, a number, or null; nothing else can be predicted. */
const FIELD = /(?:^\s*\{|"?\s*,)\s*"([^"\\]*)"\s*:\s*(?:"([^"\\]*)(?=")|(-?\d[^"\\,}\s]*)|null(?=\s*[,}]))/y;
const END = /^"?\s*\}\s*$/;

/**
 * The forms of the rows that were met: their keys, in their order, with all that stands between the values. They share
 * what they have in common, so that optional keys, which make dozens of forms, cost a comparison where they may stand.
 */
export class RowForms {
  readonly root: Fork = { ways: [] };
  #ways = 0;

  constructor(readonly type: PublishedType) {}

  /** Remembers the form of a line that has been decoded, unless it cannot be predicted or there are too many. */
  learn(line: string): void {
    const form = formOf(this.type, line);
    if (form === null || this.#ways > MAX_WAYS) return;
    let [fork, at] = [this.root, 0];
    for (const { value, start, end } of form.parts) {
      fork = this.#way(fork, line.slice(at, start), value, null).next;
      at = end;
    }
    this.#way(fork, line.slice(at).trimEnd(), null, form.era);
  }

  #way(fork: Fork, text: string, value: Value | null, era: string | null): Way {
    const known = fork.ways.find((way) => way.text === text);
    if (known !== undefined) return known;
    const way: Way = { lead: literal(text), text, value, next: { ways: [] }, era };
    fork.ways.push(way);
    this.#ways++;
    return way;
  }
}

/**
 * What of a line is a value of its own; null when it cannot be told by its form alone: nested or escaped values, keys
 * that no era knows, a key or a column that comes twice.
 */
function formOf(
  type: PublishedType,
  line: string,
): { readonly parts: readonly Part[]; readonly era: string | null } | null {
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
  return columns.has(type.required) && END.test(line.slice(end)) ? { parts, era: eraOf(type, keys) } : null;
}

function literal(text: string): Literal {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const words = Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i));
  return { words, rest: bytes.subarray(4 * words.length), length: bytes.length };
}
