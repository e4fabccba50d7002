import { isDigit, LETTER_H, MINUS, QUOTE } from "./ascii.ts";
import { MinuteClock } from "./minute_clock.ts";
import { RowBytes } from "./row_bytes.ts";
import { type Fork, type RowEnd, RowForms, type Way } from "./row_forms.ts";
import type { Value } from "./row_parts.ts";
import { MAX_LINE_BYTES, type Scanner } from "./scanner.ts";
import { ShortTexts, UNKNOWN } from "./short_texts.ts";
import type { PublishedType } from "../records/record_type.ts";
import type { BatchBuilder } from "./batch_builder.ts";
import { daysOf, fitsWhole } from "./values.ts";

/**
 * The scanner in TypeScript, four times as fast as JSON.parse on a day of trades. It is used where there is no
 * WebAssembly, and tests compare the kernel with it.
 */
export class RowScanner implements Scanner {
  rows = 0;
  unstored = 0;
  /** Whether the last row is not stored; then the row under construction is clear. */
  #isUnstored = false;
  #forms: RowForms;
  readonly #row = new RowBytes();
  readonly #clock = new MinuteClock();
  readonly #known = new ShortTexts();
  /** For each text column, the length of its last value. */
  readonly #lastLength: Int32Array;
  #generation: number;
  /** The builder's arrays in this generation, for the columns that have had a value since it began. */
  #codes: Uint32Array[] = [];
  #words: Uint32Array[] = [];
  #numbers: Float64Array[] = [];

  constructor(readonly builder: BatchBuilder<PublishedType>) {
    const { type, isShared, generation } = builder;
    this.#forms = new RowForms(type, isShared);
    this.#generation = generation;
    this.#lastLength = new Int32Array(type.columns.length);
  }

  enter(bytes: Uint8Array): void {
    this.#row.enter(bytes);
    this.#known.enter(bytes);
  }

  learn(line: Uint8Array): void {
    if (this.builder.has(this.builder.type.extra)) return;
    if (this.#forms.areFull) this.builder.separateWidest();
    this.#followBuilder();
    this.#forms.learn(new TextDecoder().decode(line), this.builder.profile);
  }

  learnUnstored(line: Uint8Array): void {
    this.#forms.learn(new TextDecoder().decode(line), null);
  }

  scan(start: number): number {
    this.rows = this.unstored = 0;
    while (!this.builder.full) {
      const next = this.#scanRow(start);
      if (next < 0 || next - start > MAX_LINE_BYTES) break;
      start = next;
      if (this.#isUnstored) this.unstored++;
      else {
        this.rows++;
        this.builder.endRow();
      }
    }
    return start;
  }

  /**
   * Fills the builder's row under construction from the line at `start`. Returns where the next line begins, or -1:
   * then the line must be decoded in another way, and the row under construction is clear.
   */
  #scanRow(start: number): number {
    this.#followBuilder();
    let fork = this.#forms.root;
    let at = start;
    for (;;) {
      const way = this.#wayAt(fork, at);
      if (way === null) return this.#decline();
      at += way.stretch.length;
      if (way.value === null) return this.#end(way.end!, at);
      at = this.#scanValue(way.value, at);
      if (at < 0) return this.#decline();
      fork = way.next;
    }
  }

  /** In a new generation the arrays are different, and the codes of all values are gone. */
  #followBuilder(): void {
    const { type, isShared, generation } = this.builder;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#codes = [];
    this.#words = [];
    this.#numbers = [];
    this.#known.forget();
    if (isShared !== this.#forms.isShared) this.#forms = new RowForms(type, isShared);
  }

  /** The way that the row takes, which is moved to the front; null when it takes none of the known ones. */
  #wayAt({ ways }: Fork, at: number): Way | null {
    for (let i = 0; i < ways.length; i++) {
      const way = ways[i];
      if (!this.#isTaken(way, at)) continue;
      if (i > 0) {
        ways[i] = ways[i - 1];
        ways[i - 1] = way;
      }
      return way;
    }
    return null;
  }

  /** The bytes of one way may be the beginning of another's, so the value must have the right type too. */
  #isTaken({ stretch, value }: Way, at: number): boolean {
    if (!this.#row.has(stretch, at)) return false;
    if (value === null) return true;
    const byte = this.#row.bytes[at + stretch.length];
    return value.quoted ? byte !== QUOTE : isDigit(byte) || byte === MINUS;
  }

  #end(end: RowEnd, at: number): number {
    const next = this.#row.skipLineEnd(at);
    if (next < 0) return this.#decline();
    const { builder } = this;
    this.#isUnstored = end.profile === null;
    if (end.profile === null) {
      builder.clearRow();
      return next;
    }
    if (end.generation !== builder.generation) {
      end.code = builder.profileCode(end.profile);
      end.generation = builder.generation;
    }
    builder.profileCodes[builder.rows] = end.code;
    return next;
  }

  /** Removes all traces of the attempt from the row. */
  #decline(): number {
    this.builder.clearRow();
    return -1;
  }

  /** Reads the value at `at`; returns where it ends (before its closing quote), or -1. */
  #scanValue(value: Value, at: number): number {
    switch (value.kind) {
      case "text":
        return value.quoted ? this.#scanText(value, at) : this.#scanDigits(value, at);
      case "id":
        return value.quoted ? this.#scanId(value, at) : this.#scanDigits(value, at);
      case "time":
        return value.quoted ? this.#scanTime(value, at) : -1;
      case "flag":
        return value.quoted ? this.#scanFlag(value, at) : -1;
      case "date":
        return value.quoted ? this.#scanDate(value, at) : -1;
      case "double":
      case "int64":
      case "int32":
        return this.#scanNumber(value, at);
      case "none":
        return value.quoted ? this.#row.plainTextEnd(at) : this.#row.readNumber(at);
      case "list":
        return this.#row.listEnd(at);
      case "micros": // these occur only in derived types
      case "int16":
        return -1;
    }
  }

  #scanText({ column }: Value, start: number): number {
    const { bytes } = this.#row;
    const length = this.#lastLength[column];
    const isAsLong = length > 0 && bytes[start + length] === QUOTE;
    let code = isAsLong ? this.#known.find(column, start, length) : UNKNOWN;
    if (code !== UNKNOWN) {
      this.#codesOf(column)[this.builder.rows] = code;
      return start + length;
    }
    const end = this.#row.plainTextEnd(start);
    if (end <= start) return -1;
    this.#lastLength[column] = end - start;
    code = this.#known.find(column, start, end - start);
    if (code === UNKNOWN) {
      this.builder.put(column, this.#row.text(start, end));
      this.#known.learn(this.#codesOf(column)[this.builder.rows]);
    } else this.#codesOf(column)[this.builder.rows] = code;
    return end;
  }

  #scanId({ column }: Value, start: number): number {
    const end = this.#row.plainTextEnd(start);
    if (end <= start) return -1;
    this.builder.ids(column).put(this.builder.rows, this.#row.bytes, start, end);
    return end;
  }

  /** A number in a text column is stored as its digits. */
  #scanDigits({ column }: Value, start: number): number {
    const end = this.#row.digitsEnd(start);
    if (end >= 0) this.builder.put(column, this.#row.text(start, end));
    return end;
  }

  #scanTime({ column }: Value, start: number): number {
    const end = this.#clock.read(this.#row.bytes, this.#row.view, start);
    if (end < 0) return -1;
    const words = this.#words[column] ??= this.builder.words(column);
    words[2 * this.builder.rows] = this.#clock.low;
    words[2 * this.builder.rows + 1] = this.#clock.high;
    return end;
  }

  #scanFlag({ column }: Value, start: number): number {
    const byte = this.#row.bytes[start];
    if (byte !== LETTER_H && byte !== MINUS) return -1;
    this.#setNumber(column, byte === LETTER_H ? 1 : 0);
    return start + 1;
  }

  #scanDate({ column }: Value, start: number): number {
    const end = this.#row.plainTextEnd(start);
    if (end < 0) return -1;
    const known = this.#known.find(column, start, end - start);
    const days = known === UNKNOWN ? daysOf(this.#row.text(start, end)) : known;
    if (days === null) return -1;
    if (known === UNKNOWN) this.#known.learn(days);
    this.#setNumber(column, days);
    return end;
  }

  #scanNumber({ column, kind }: Value, start: number): number {
    const end = this.#row.readNumber(start);
    const { number } = this.#row;
    if (end < 0 || (kind !== "double" && !fitsWhole(number, kind === "int32"))) return -1;
    this.#setNumber(column, number);
    return end;
  }

  #setNumber(column: number, value: number): void {
    (this.#numbers[column] ??= this.builder.numbers(column))[this.builder.rows] = value;
  }

  #codesOf(column: number): Uint32Array {
    return this.#codes[column] ??= this.builder.codes(column);
  }
}
