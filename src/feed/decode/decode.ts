import { RowJson } from "./row_json.ts";
import type { Batch } from "../records/batch.ts";
import { type ColumnKind, eraOf, isUnstored, type PublishedType } from "../records/record_type.ts";
import type { BatchBuilder } from "./batch_builder.ts";
import { MAX_LINE_BYTES, type Scanner } from "./scanner.ts";
import { isCertain } from "./values.ts";

/** A line that cannot be stored, and why; lines are counted from 1. */
export interface RejectedLine {
  readonly line: number;
  readonly reason: string;
}

/** The result of decoding a file. */
export interface DecodedFile {
  /** Rows decoded. */
  readonly rows: number;
  /** Lines that are not a JSON object or have no instrument; blank lines do not count. */
  readonly rejected: number;
  /** Rows that are recognized and not stored, such as those of a book's depth. */
  readonly unstored: number;
  /** The first few of the rejected lines. */
  readonly examples: readonly RejectedLine[];
  /**
   * The keys of the first row that could be parsed, if the file has lines and none of them has an instrument: the
   * exchange has renamed its fields again, or this is not a file of trades. Null for all other files.
   */
  readonly unrecognizedKeys: readonly string[] | null;
  /** The core columns that none of the rows fills; empty when there are no rows. */
  readonly unfilled: readonly number[];
  /** Keys that no era knows, with the number of rows that have them; their values are in `extra`. */
  readonly unknownKeys: ReadonlyMap<string, number>;
  /**
   * Those of the unknown keys that may be new names for core columns, times and numbers: some value of theirs contains
   * a digit.
   */
  readonly substitutes: ReadonlySet<string>;
}

const NEWLINE = 0x0a;
const MAX_EXAMPLES = 5;
const TOO_LONG = `longer than ${MAX_LINE_BYTES} bytes`;

/**
 * Decodes one file of the exchange (NDJSON in pieces of any size) into the scanner's builder; a bad line affects no
 * other line. Several files may go into one builder, one after the other. `onFull` receives a batch whenever the
 * builder is full.
 */
export class FileDecoder {
  readonly #builder: BatchBuilder<PublishedType>;
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  #rest = new Uint8Array(0);
  #skipping = false;
  #line = 0;
  #rows = 0;
  #unstored = 0;
  #rejected = 0;
  readonly #examples: RejectedLine[] = [];
  #keys: string[] | null = null;
  readonly #unknownKeys = new Map<string, number>();
  readonly #substitutes = new Set<string>();
  /** The builder's first row that is from this file. */
  #firstRow: number;
  #unfilled: readonly number[];

  constructor(readonly scanner: Scanner, readonly onFull: (batch: Batch) => void) {
    this.#builder = scanner.builder;
    this.#firstRow = scanner.builder.rows;
    this.#unfilled = scanner.builder.type.core;
  }

  /** Takes the next piece of the file. */
  push(piece: Uint8Array): void {
    const cut = this.#rest.length === 0 ? 0 : piece.indexOf(NEWLINE) + 1;
    if (cut > 0) this.#decodeLines(concat(this.#rest, piece.subarray(0, cut)));
    if (cut === 0 && this.#rest.length > 0) this.#rest = concat(this.#rest, piece);
    else this.#rest = piece.slice(cut + this.#decodeLines(piece.subarray(cut)));
    if (this.#rest.length > MAX_LINE_BYTES) {
      if (!this.#skipping) this.#reject(this.#line + 1, TOO_LONG);
      this.#skipping = true;
      this.#rest = new Uint8Array(0);
    }
  }

  /** Ends the file; its last line may have no newline. */
  finish(): DecodedFile {
    if (this.#rest.length > 0 || this.#skipping) this.push(Uint8Array.of(NEWLINE));
    this.#noteFilled();
    return {
      rows: this.#rows,
      unstored: this.#unstored,
      rejected: this.#rejected,
      examples: this.#examples,
      unrecognizedKeys: this.#rows + this.#unstored === 0 && this.#rejected > 0 ? this.#keys ?? [] : null,
      unfilled: this.#rows === 0 ? [] : this.#unfilled,
      unknownKeys: this.#unknownKeys,
      substitutes: this.#substitutes,
    };
  }

  /** Decodes every complete line of `bytes`; returns where the last, incomplete line begins. */
  #decodeLines(bytes: Uint8Array): number {
    this.scanner.enter(bytes);
    let start = 0;
    while (start < bytes.length) {
      const next = this.#skipping ? start : this.scanner.scan(start);
      if (next > start) {
        this.#countScanned();
        start = next;
        continue;
      }
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) break;
      this.#line++;
      if (this.#skipping) this.#skipping = false;
      else this.#decodeLine(bytes.subarray(start, end));
      start = end + 1;
    }
    return start;
  }

  #decodeLine(bytes: Uint8Array): void {
    if (bytes.length > MAX_LINE_BYTES) {
      this.#builder.clearRow(); // the scanner may have filled a part of it
      return this.#reject(this.#line, TOO_LONG);
    }
    const json = this.#parse(bytes);
    if (json === null) return;
    this.#keys ??= Object.keys(json.record);
    if (isUnstored(this.#builder.type, json.record)) {
      this.#unstored++;
      return this.scanner.learnUnstored(bytes);
    }
    if (!decodeRow(json, this.#builder, (key, value) => this.#countUnknown(key, value))) {
      this.#builder.clearRow();
      const { columns, required } = this.#builder.type;
      return this.#reject(this.#line, `without ${columns[required].name}`);
    }
    this.scanner.learn(bytes);
    this.#endRow();
  }

  /** The object on a line; null for a blank line and for a bad one, which is counted. */
  #parse(bytes: Uint8Array): RowJson | null {
    try {
      const line = this.#text.decode(bytes).trim();
      if (line === "") return null;
      const json = RowJson.parse(line);
      if (json === null) this.#reject(this.#line, "not a JSON object");
      return json;
    } catch (error) {
      if (error instanceof SyntaxError) this.#reject(this.#line, "not JSON");
      else if (error instanceof TypeError) this.#reject(this.#line, "not UTF-8");
      else throw error;
    }
    return null;
  }

  #countScanned(): void {
    const { rows, unstored } = this.scanner;
    this.#line += rows + unstored;
    this.#rows += rows;
    this.#unstored += unstored;
    this.#handOnIfFull();
  }

  #endRow(): void {
    this.#rows++;
    this.#builder.endRow();
    this.#handOnIfFull();
  }

  #handOnIfFull(): void {
    if (!this.#builder.full) return;
    this.#noteFilled();
    this.onFull(this.#builder.take());
    this.#firstRow = 0;
  }

  #noteFilled(): void {
    this.#unfilled = this.#unfilled.filter((column) => !this.#builder.isFilled(column, this.#firstRow));
  }

  #reject(line: number, reason: string): void {
    this.#rejected++;
    if (this.#examples.length < MAX_EXAMPLES) this.#examples.push({ line, reason });
  }

  #countUnknown(key: string, value: unknown): void {
    this.#unknownKeys.set(key, (this.#unknownKeys.get(key) ?? 0) + 1);
    if (!this.#substitutes.has(key) && /\d/.test(JSON.stringify(value))) this.#substitutes.add(key);
  }
}

/**
 * Fills the builder's row under construction from a row of the exchange of any era. Values that no column can hold go
 * to `extra`. Returns false when the row has no instrument: then it must be cleared, not ended.
 */
function decodeRow(
  json: RowJson,
  builder: BatchBuilder<PublishedType>,
  onUnknownKey: (key: string, value: unknown) => void,
): boolean {
  const { type } = builder;
  builder.clearRow();
  const filled = new Set<number>();
  const extra: [key: string, value: unknown][] = [];
  for (const [key, value] of Object.entries(json.record)) {
    if (value === null) continue;
    const column = type.columnOfKey.get(key);
    if (value === "" && column !== undefined) continue;
    if (column === undefined) onUnknownKey(key, json.asWritten(key));
    const isPut = column !== undefined && !filled.has(column) &&
      builder.put(column, holdsAll(type.columns[column].kind, value) ? value : json.asWritten(key));
    if (isPut) filled.add(column);
    else extra.push([key, json.asWritten(key)]);
  }
  if (!filled.has(type.required)) return false;
  builder.put(type.era, eraOf(type, new Set(Object.keys(json.record))));
  if (extra.length > 0) builder.put(type.extra, extraOf(extra));
  return true;
}

/** Whether a parsed value keeps everything that was written; a number may have lost digits. */
function holdsAll(kind: ColumnKind, value: unknown): boolean {
  if (typeof value !== "number") return true;
  return kind !== "text" && kind !== "id" && isCertain(value);
}

/**
 * The content of `extra`: a JSON object with sorted keys. Written by hand, since JavaScript objects order `10` before
 * `9`.
 */
export function extraOf(entries: [key: string, value: unknown][]): string {
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
