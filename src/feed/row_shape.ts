import {
  COLUMN_OF_KEY,
  columnIndex,
  type ColumnKind,
  COLUMNS,
  type Era,
  eraOf,
  REQUIRED_COLUMNS,
} from "./fields.ts";

/** Bytes to compare with, four at a time (big endian) and the last few one by one. */
export interface Literal {
  readonly words: Uint32Array;
  readonly rest: Uint8Array;
  readonly length: number;
}

/** One field of a row: the bytes that lead to its value, and the column that the value fills. */
export interface ShapeField {
  /** From the end of the value before to the first byte of this value, the opening quote included. */
  readonly lead: Literal;
  readonly column: number;
  readonly kind: ColumnKind;
  readonly quoted: boolean;
}

/**
 * The form of a row: its keys, in their order, with all that stands between the values. The exchange writes
 * most rows of a file in the same form, so that the next row can be read by where things must stand.
 */
export interface RowShape {
  readonly era: Era;
  readonly fields: readonly ShapeField[];
  /** From the end of the last value to the end of the object. */
  readonly tail: Literal;
  /** The same for two lines of one form. */
  readonly signature: string;
}

/** The next key and value: a string without escapes or a number; nothing else has a shape. */
const FIELD = /(?:^\s*\{|"?\s*,)\s*"([^"\\]*)"\s*:\s*(?:"([^"\\]*)(?=")|(-?\d[^"\\,}\s]*))/y;
const END = /^"?\s*\}\s*$/;

/**
 * The shape of a line that has been decoded; null when the line has none that a scanner could use: nested or
 * escaped values, keys that no era knows, a column filled twice.
 */
export function shapeOf(line: string): RowShape | null {
  const fields: ShapeField[] = [];
  const keys: string[] = [];
  let signature = "";
  let end = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(line); match; match = FIELD.exec(line)) {
    const [, key, text, number] = match;
    const column = COLUMN_OF_KEY.get(key);
    if (column === undefined) return null;
    const lead = line.slice(end, FIELD.lastIndex - (text ?? number).length);
    signature += lead;
    fields.push({ lead: literal(lead), column, kind: COLUMNS[column].kind, quoted: text !== undefined });
    keys.push(key);
    end = FIELD.lastIndex;
  }
  const era = eraOf(new Set(keys));
  const columns = new Set(fields.map(({ column }) => column));
  const complete = REQUIRED_COLUMNS.every((column) => columns.has(column));
  if (era === null || !complete || columns.size !== fields.length || !END.test(line.slice(end))) return null;
  const tail = line.slice(end).trimEnd();
  return { era, fields, tail: literal(tail), signature: signature + tail };
}

function literal(text: string): Literal {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const words = Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => view.getUint32(4 * i));
  return { words, rest: bytes.subarray(4 * words.length), length: bytes.length };
}

/** Where a shape's era is stored. */
export const ERA_COLUMN = columnIndex("schema_version");
