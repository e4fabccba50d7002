import { isDigit, LETTER_H, MINUS, QUOTE } from "./ascii.ts";
import { MinuteClock } from "./minute_clock.ts";
import { RowBytes } from "./row_bytes.ts";
import { type Fork, RowForms, type Value, type Way } from "./row_forms.ts";
import { ShortTexts, UNKNOWN } from "./short_texts.ts";
import type { IdBuffer } from "../records/batch.ts";
import type { PublishedType } from "../records/record_type.ts";
import type { BatchBuilder } from "./batch_builder.ts";
import { daysOf } from "./values.ts";

/**
 * Reads rows by their bytes, predicting each from the ones before: the same keys at their places, and often the
 * same values. It accepts only what `decodeRow` would decode to the same row, and declines all else; three times as
 * fast as JSON.parse on a day of trades.
 */
export class RowScanner {
  readonly #forms: RowForms;
  readonly #row = new RowBytes();
  readonly #clock = new MinuteClock();
  readonly #known = new ShortTexts();
  /** Per text column, where its last value stands in the bytes, or a length of -1, and which code it has. */
  readonly #lastStart: Int32Array;
  readonly #lastLength: Int32Array;
  readonly #lastCode: Uint32Array;
  /** The column that holds the era; the era of the last row, and its code. */
  readonly #eraColumn: number;
  #era: string | null = null;
  #eraCode = 0;

  constructor(readonly builder: BatchBuilder<PublishedType>) {
    const { type } = builder;
    this.#forms = new RowForms(type);
    this.#eraColumn = type.era;
    this.#lastStart = new Int32Array(type.columns.length);
    this.#lastLength = new Int32Array(type.columns.length);
    this.#lastCode = new Uint32Array(type.columns.length);
  }

  /** Turns to other bytes: positions are in these from now on. */
  enter(bytes: Uint8Array): void {
    this.#row.enter(bytes);
    this.#known.enter(bytes);
    this.#lastLength.fill(-1);
  }

  /** Must be called when the builder has begun anew: the codes of all values are gone. */
  forgetValues(): void {
    this.#known.forget();
    this.#lastLength.fill(-1);
    this.#era = null;
  }

  /** Remembers the form of a line that has been decoded otherwise. */
  learn(line: Uint8Array): void {
    this.#forms.learn(new TextDecoder().decode(line));
  }

  /**
   * Fills the builder's row in the making from the line at `start`. Returns where the next line begins, or -1:
   * then the line is to be decoded otherwise, and the row in the making is clear.
   */
  scan(start: number): number {
    let [fork, at] = [this.#forms.root, start];
    for (;;) {
      const way = this.#wayAt(fork, at);
      if (way === null) return this.#decline();
      at += way.lead.length;
      if (way.value === null) return this.#end(way, at);
      at = this.#scanValue(way.value, at);
      if (at < 0) return this.#decline();
      fork = way.next;
    }
  }

  /** The way that the row takes, which becomes likelier by it; null when it takes none that is known. */
  #wayAt({ ways }: Fork, at: number): Way | null {
    for (let i = 0; i < ways.length; i++) {
      const way = ways[i];
      if (!this.#isTaken(way, at)) continue;
      if (i > 0) [ways[i - 1], ways[i]] = [way, ways[i - 1]];
      return way;
    }
    return null;
  }

  /** One way's bytes may begin another's: whether it is this one shows where the value begins. */
  #isTaken({ lead, value }: Way, at: number): boolean {
    const start = this.#row.skip(lead, at);
    if (start < 0) return false;
    if (value === null) return true;
    const byte = this.#row.bytes[start];
    return value.quoted ? byte !== QUOTE : isDigit(byte) || byte === MINUS;
  }

  #end({ era }: Way, at: number): number {
    const next = this.#row.skipLineEnd(at);
    if (next < 0) return this.#decline();
    if (this.#era !== era) {
      this.builder.put(this.#eraColumn, era);
      this.#era = era;
      this.#eraCode = this.#codes(this.#eraColumn)[this.builder.rows];
    }
    this.#codes(this.#eraColumn)[this.builder.rows] = this.#eraCode;
    return next;
  }

  /** Nothing of the attempt may stay in the row. */
  #decline(): number {
    this.builder.clearRow();
    return -1;
  }

  /** Reads the value that begins at `at`; returns where it ends, its closing quote not included, or -1. */
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
      case "micros": // of what is derived only
        return -1;
    }
  }

  #scanText({ column }: Value, start: number): number {
    const length = this.#lastLength[column];
    const same = this.#row.sameBytes(start, this.#lastStart[column], length);
    if (same === length && this.#row.bytes[start + same] === QUOTE) {
      this.#codes(column)[this.builder.rows] = this.#lastCode[column];
      return start + same;
    }
    const end = this.#row.plainTextEnd(start + same);
    if (end <= start) return -1;
    const code = this.#known.find(column, start, end - start);
    if (code === UNKNOWN) {
      this.builder.put(column, this.#row.text(start, end));
      this.#known.learn(this.#codes(column)[this.builder.rows]);
    } else this.#codes(column)[this.builder.rows] = code;
    this.#remember(column, start, end);
    return end;
  }

  #scanId({ column }: Value, start: number): number {
    const end = this.#row.plainTextEnd(start);
    if (end <= start) return -1;
    const { ids } = this.builder.columns[column] as { ids: IdBuffer };
    ids.put(this.builder.rows, this.#row.bytes, start, end);
    return end;
  }

  /** A number that fills a text column is the text of its digits. */
  #scanDigits({ column }: Value, start: number): number {
    const end = this.#row.digitsEnd(start);
    if (end >= 0) this.builder.put(column, this.#row.text(start, end));
    return end;
  }

  #scanTime({ column }: Value, start: number): number {
    const end = this.#clock.read(this.#row.bytes, start);
    if (end < 0) return -1;
    const { words } = this.builder.columns[column] as { words: Uint32Array };
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
    (this.builder.columns[column] as { values: Float64Array }).values[this.builder.rows] = value;
  }

  #codes(column: number): Uint32Array {
    return (this.builder.columns[column] as { codes: Uint32Array }).codes;
  }

  #remember(column: number, start: number, end: number): void {
    this.#lastStart[column] = start;
    this.#lastLength[column] = end - start;
    this.#lastCode[column] = this.#codes(column)[this.builder.rows];
  }
}

function fitsWhole(value: number, in32Bits: boolean): boolean {
  return in32Bits ? (value | 0) === value : Number.isSafeInteger(value);
}
