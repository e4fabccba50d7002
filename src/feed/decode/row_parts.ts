import type { ColumnKind, PublishedType } from "../records/record_type.ts";

/** A value of a row, and the column it fills. */
export interface Value {
  readonly column: number;
  /** A row that is not stored may also have texts, numbers and lists that fill no column. */
  readonly kind: ColumnKind | "none" | "list";
  readonly quoted: boolean;
}

/** The position of a key's value in a line. */
export interface Part {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

/** The next key and its value: a string without escapes, a number, a list of no lists, or a literal. */
const FIELD =
  /(?:^\s*\{|["\]]?\s*,)\s*"([^"\\]*)"\s*:\s*(?:"([^"\\]*)(?=")|(-?\d[^"\\,}\s]*)|\[([^\]]*)(?=\])|(?:null|(true|false))(?=\s*[,}]))/y;
const END = /^["\]]?\s*\}\s*$/;

/** Fills no column. */
const NO_COLUMN = -1;

/**
 * The values of a line that are its own. Null when its form alone does not determine them: it has nested or escaped
 * values, a key or column twice, or, if its row is stored, keys that no era knows.
 */
export function partsOf(type: PublishedType, line: string, isStored: boolean): Part[] | null {
  const parts: Part[] = [];
  const keys = new Set<string>();
  const columns = new Set<number>();
  let end = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(line); match; match = FIELD.exec(line)) {
    const [, key, text, number, list, flag] = match;
    const written = text ?? number ?? list;
    const column = type.columnOfKey.get(key) ?? NO_COLUMN;
    const isForeign = list !== undefined || flag !== undefined || (column < 0 && written !== undefined);
    if (keys.has(key) || columns.has(column) || (isStored && isForeign)) return null;
    keys.add(key);
    end = FIELD.lastIndex;
    if (written === undefined || (written === "" && list === undefined)) continue;
    if (column >= 0) columns.add(column);
    const ofColumn = column < 0 ? "none" : type.columns[column].kind;
    const value: Value = {
      column,
      kind: list === undefined ? ofColumn : "list",
      quoted: number === undefined,
    };
    parts.push({ value, start: end - written.length, end });
  }
  return columns.has(type.required) && END.test(line.slice(end)) ? parts : null;
}
