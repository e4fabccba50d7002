import { type ColumnKind, COLUMNS } from "./fields.ts";

/** Room for the ids of Xetra, which have up to 52 bytes; longer ones get more. */
const USUAL_ID_BYTES = 52;
const ENCODER = new TextEncoder();

/** Stands for null in a time column: the smallest 64-bit integer, in the year 1677. */
export const NULL_TIME = -(2n ** 63n);

/** Strings by code: row i holds `values[codes[i]]`; code 0 is null. */
export interface TextColumn {
  readonly kind: "text";
  readonly codes: Uint32Array;
  readonly values: readonly (string | null)[];
}

/**
 * Strings that rarely occur twice, in UTF-8: row i holds `lengths[i]` bytes of `bytes` from `starts[i]` on; no bytes
 * are null. As JavaScript's strings they would take 50 MB and a tenth of the time of a day more, measured.
 */
export interface IdColumn {
  readonly kind: "id";
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Nanoseconds since 1970-01-01 UTC; `NULL_TIME` is null. */
export interface TimeColumn {
  readonly kind: "time";
  readonly nanos: BigInt64Array;
}

/** Numbers, days and flags (0, 1); NaN is null, since JSON knows no NaN. */
export interface NumberColumn {
  readonly kind: "number";
  readonly values: Float64Array;
}

export type ColumnData = TextColumn | IdColumn | TimeColumn | NumberColumn;

/**
 * Trades by column, `columns[i]` holding `COLUMNS[i]`. Columns and never row objects: a day of 440,000 trades
 * takes a third of the memory and a fifth of the time (measured with Deno 2.9).
 */
export interface Trades {
  readonly rows: number;
  readonly columns: readonly ColumnData[];
}

/** How the values of a column are kept in memory. */
export function storageOf(kind: ColumnKind): ColumnData["kind"] {
  return kind === "text" || kind === "id" || kind === "time" ? kind : "number";
}

/** A row of one batch among several: `batches[batch[i]]`, row `row[i]`. */
export interface Picks {
  readonly batches: readonly Trades[];
  readonly batch: Uint32Array;
  readonly row: Uint32Array;
}

/** The picked rows, in the order of the picks, as trades of their own. */
export function gather({ batches, batch, row }: Picks): Trades {
  const rows = row.length;
  const nulls = new Uint32Array(rows); // the codes of all text columns that are null throughout
  const columns = COLUMNS.map(({ kind }, index): ColumnData => {
    const sources = batches.map((trades) => trades.columns[index]);
    switch (storageOf(kind)) {
      case "text":
        return gatherText(sources as TextColumn[], batch, row, nulls);
      case "id":
        return gatherIds(sources as IdColumn[], batch, row);
      case "time":
        return gatherTimes(sources as TimeColumn[], batch, row);
      case "number":
        return gatherNumbers(sources as NumberColumn[], batch, row);
    }
  });
  return { rows, columns };
}

/**
 * Gives the memory of trades back at once, which may not be used any more: the collector, which does not count what lies
 * outside of its heap, would let 60 MB of a month's groups wait. Only for trades that share no arrays with others.
 */
export function release({ columns }: Trades): void {
  const buffers = columns.flatMap((column) => arraysOf(column).map(({ buffer }) => buffer as ArrayBuffer));
  for (const buffer of new Set(buffers)) buffer.transfer(0);
}

function arraysOf(column: ColumnData): (Uint8Array | Uint32Array | BigInt64Array | Float64Array)[] {
  switch (column.kind) {
    case "text":
      return [column.codes];
    case "id":
      return [column.starts, column.lengths, column.bytes];
    case "time":
      return [column.nanos];
    case "number":
      return [column.values];
  }
}

function gatherText(
  sources: TextColumn[],
  batch: Uint32Array,
  row: Uint32Array,
  nulls: Uint32Array,
): TextColumn {
  const interner = new Interner();
  // A column of an other era or venue is null throughout; a third of them are.
  if (sources.every(({ values }) => values.length === 1)) {
    return { kind: "text", codes: nulls, values: interner.values };
  }
  const codes = new Uint32Array(row.length);
  // Each source's codes in terms of the new ones, filled as they are met; 0 = not met yet, or null.
  const translated = sources.map(({ values }) => new Uint32Array(values.length));
  for (let i = 0; i < row.length; i++) {
    const source = sources[batch[i]];
    const code = source.codes[row[i]];
    if (code === 0) continue;
    codes[i] = translated[batch[i]][code] ||= interner.code(source.values[code]!);
  }
  return { kind: "text", codes, values: interner.values };
}

function gatherTimes(sources: TimeColumn[], batch: Uint32Array, row: Uint32Array): TimeColumn {
  const from = sources.map(({ nanos }) => nanos);
  const nanos = new BigInt64Array(row.length);
  for (let i = 0; i < row.length; i++) nanos[i] = from[batch[i]][row[i]];
  return { kind: "time", nanos };
}

function gatherNumbers(sources: NumberColumn[], batch: Uint32Array, row: Uint32Array): NumberColumn {
  const from = sources.map(({ values }) => values);
  const values = new Float64Array(row.length);
  for (let i = 0; i < row.length; i++) values[i] = from[batch[i]][row[i]];
  return { kind: "number", values };
}

function gatherIds(sources: IdColumn[], batch: Uint32Array, row: Uint32Array): IdColumn {
  const ids = new IdBuffer(row.length);
  for (let i = 0; i < row.length; i++) {
    const { bytes, starts, lengths } = sources[batch[i]];
    const start = starts[row[i]];
    ids.put(i, bytes, start, start + lengths[row[i]]);
  }
  return ids.take(row.length);
}

/** Gives codes to strings, from 1 on: the same one whenever a string comes. */
export class Interner {
  readonly values: (string | null)[] = [null];
  readonly #codes = new Map<string, number>();

  code(value: string): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.values.push(value) - 1;
    this.#codes.set(value, code);
    return code;
  }
}

/** An id column in the making. */
export class IdBuffer {
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  #bytes: Uint8Array;
  #used = 0;

  /** For that many rows; each is null until it is put. */
  constructor(rows: number) {
    this.#starts = new Uint32Array(rows);
    this.#lengths = new Uint32Array(rows);
    this.#bytes = new Uint8Array(USUAL_ID_BYTES * rows);
  }

  /** Gives a row the id that stands in `bytes` from `start` to `end`; null when the two are the same. */
  put(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.#starts[row] = this.#used;
    this.#lengths[row] = end - start;
    this.#makeRoom(end - start);
    // A loop, since set() and subarray() cost more for so few bytes.
    for (let at = start; at < end; at++) this.#bytes[this.#used++] = bytes[at];
  }

  /** Gives a row this id; null when it is empty. */
  putText(row: number, text: string): void {
    const bytes = ENCODER.encode(text);
    this.put(row, bytes, 0, bytes.length);
  }

  /** Makes a row null. */
  clear(row: number): void {
    this.#lengths[row] = 0;
  }

  /** The ids of the first `rows` rows. */
  take(rows: number): IdColumn {
    return {
      kind: "id",
      starts: this.#starts.subarray(0, rows),
      lengths: this.#lengths.subarray(0, rows),
      bytes: this.#bytes.subarray(0, this.#used),
    };
  }

  #makeRoom(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#used + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
