import { LETTER_H, MINUS, QUOTE } from "./ascii.ts";
import { COLUMNS } from "./fields.ts";
import { MinuteClock } from "./minute_clock.ts";
import { RowBytes } from "./row_bytes.ts";
import { ERA_COLUMN, type RowShape, type ShapeField, shapeOf } from "./row_shape.ts";
import type { IdBuffer } from "./trades.ts";
import type { TradesBuilder } from "./trades_builder.ts";
import { daysOf } from "./values.ts";

/** Optional keys come and go: this many forms of a row are remembered, the latest used first. */
const MAX_SHAPES = 16;

/**
 * Reads rows by their bytes, predicting each from the ones before: the same keys at their places, and often the
 * same values. It accepts only what `decodeRecord` would decode to the same row, and declines all else; three
 * times as fast as JSON.parse on a day of trades.
 */
export class RowScanner {
  readonly #shapes: RowShape[] = [];
  readonly #row = new RowBytes();
  readonly #clock = new MinuteClock();
  /** Per text column, where its last value stands in the bytes, or a length of -1, and which code it has. */
  readonly #lastStart = new Int32Array(COLUMNS.length);
  readonly #lastLength = new Int32Array(COLUMNS.length);
  readonly #lastCode = new Uint32Array(COLUMNS.length);

  constructor(readonly builder: TradesBuilder) {}

  /** Turns to other bytes: positions are in these from now on. */
  enter(bytes: Uint8Array): void {
    this.#row.enter(bytes);
    this.forgetValues();
  }

  /** Must be called when the builder has begun anew: the codes of the last values are gone. */
  forgetValues(): void {
    this.#lastLength.fill(-1);
  }

  /** Remembers the form of a line that `decodeRecord` has decoded. */
  learn(line: Uint8Array): void {
    const shape = shapeOf(new TextDecoder().decode(line));
    if (shape === null || this.#shapes.some(({ signature }) => signature === shape.signature)) return;
    this.#shapes.unshift(shape);
    this.#shapes.length = Math.min(this.#shapes.length, MAX_SHAPES);
  }

  /**
   * Fills the builder's row in the making from the line at `start`. Returns where the next line begins, or -1:
   * then the row in the making is to be cleared and the line decoded otherwise.
   */
  scan(start: number): number {
    for (let i = 0; i < this.#shapes.length; i++) {
      const next = this.#scanShape(this.#shapes[i], start);
      if (next < 0) continue;
      if (i > 0) this.#shapes.unshift(...this.#shapes.splice(i, 1));
      return next;
    }
    return -1;
  }

  #scanShape(shape: RowShape, start: number): number {
    let at = start;
    for (const field of shape.fields) {
      at = this.#row.skip(field.lead, at);
      if (at < 0) return this.#decline();
      at = this.#scanValue(field, at);
      if (at < 0) return this.#decline();
    }
    at = this.#row.skip(shape.tail, at);
    if (at >= 0) at = this.#row.skipLineEnd(at);
    if (at < 0) return this.#decline();
    this.builder.put(ERA_COLUMN, shape.era);
    return at;
  }

  /** Another shape may fill fewer columns: nothing of this attempt may stay in the row. */
  #decline(): number {
    this.builder.clearRow();
    return -1;
  }

  /** Reads the value that begins at `at`; returns where it ends, its closing quote not included, or -1. */
  #scanValue(field: ShapeField, at: number): number {
    switch (field.kind) {
      case "text":
        return field.quoted ? this.#scanText(field, at) : this.#scanDigits(field, at);
      case "id":
        return field.quoted ? this.#scanId(field, at) : this.#scanDigits(field, at);
      case "time":
        return field.quoted ? this.#scanTime(field, at) : -1;
      case "flag":
        return field.quoted ? this.#scanFlag(field, at) : -1;
      case "date":
        return field.quoted ? this.#scanDate(field, at) : -1;
      case "double":
      case "int64":
      case "int32":
        return this.#scanNumber(field, at);
    }
  }

  #scanText({ column }: ShapeField, start: number): number {
    const length = this.#lastLength[column];
    const same = this.#row.sameBytes(start, this.#lastStart[column], length);
    if (same === length && this.#row.bytes[start + same] === QUOTE) {
      this.#codes(column)[this.builder.rows] = this.#lastCode[column];
      return start + same;
    }
    const end = this.#row.plainTextEnd(start + same);
    if (end <= start) return -1;
    this.builder.put(column, this.#row.text(start, end));
    this.#remember(column, start, end);
    return end;
  }

  #scanId({ column }: ShapeField, start: number): number {
    const end = this.#row.plainTextEnd(start);
    if (end <= start) return -1;
    const { ids } = this.builder.columns[column] as { ids: IdBuffer };
    ids.put(this.builder.rows, this.#row.bytes, start, end);
    return end;
  }

  /** A number that fills a text column is the text of its digits. */
  #scanDigits({ column }: ShapeField, start: number): number {
    const end = this.#row.digitsEnd(start);
    if (end >= 0) this.builder.put(column, this.#row.text(start, end));
    return end;
  }

  #scanTime({ column }: ShapeField, start: number): number {
    const end = this.#clock.read(this.#row.bytes, start);
    if (end < 0) return -1;
    const { words } = this.builder.columns[column] as { words: Uint32Array };
    words[2 * this.builder.rows] = this.#clock.low;
    words[2 * this.builder.rows + 1] = this.#clock.high;
    return end;
  }

  #scanFlag({ column }: ShapeField, start: number): number {
    const byte = this.#row.bytes[start];
    if (byte !== LETTER_H && byte !== MINUS) return -1;
    this.#setNumber(column, byte === LETTER_H ? 1 : 0);
    return start + 1;
  }

  #scanDate({ column }: ShapeField, start: number): number {
    const end = this.#row.plainTextEnd(start);
    const days = end < 0 ? null : daysOf(this.#row.text(start, end));
    if (days === null) return -1;
    this.#setNumber(column, days);
    return end;
  }

  #scanNumber({ column, kind }: ShapeField, start: number): number {
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
