import { COLUMNS } from "./fields.ts";
import { ERA_COLUMN, type Literal, type RowShape, type ShapeField, shapeOf } from "./row_shape.ts";
import type { IdBuffer } from "./trades.ts";
import type { TradesBuilder } from "./trades_builder.ts";
import { daysOf, nanosOf } from "./values.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const DELETE = 0x7f;
const LETTER_H = 0x48;
const LETTER_Z = 0x5a;

/** Optional keys come and go: this many forms of a row are remembered, the latest used first. */
const MAX_SHAPES = 16;
/** With at most 15 digits and 22 decimals, mantissa / 10^decimals is the nearest double (Clinger 1990). */
const MAX_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MAX_DIGITS + 1 }, (_, decimals) => 10 ** decimals);
/** `2026-09-01T08:34:`, what all times of a minute share. */
const MINUTE_BYTES = 17;
const FIRST_MINUTE = new TextEncoder().encode("1970-01-01T00:00:");
/** apply() puts every byte on the stack, which has an end. */
const LONGEST_APPLIED = 4096;
const TWO_TO_32 = 2 ** 32;

/**
 * Reads rows by their bytes, predicting each from the ones before: the same keys at their places, and often the
 * same values. It accepts only what `decodeRecord` would decode to the same row, and declines all else; three
 * times as fast as JSON.parse on a day of trades.
 */
export class RowScanner {
  readonly #shapes: RowShape[] = [];
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(this.#bytes.buffer);
  /** Per text column, where its last value stands in the bytes, or a length of -1, and which code it has. */
  readonly #lastStart = new Int32Array(COLUMNS.length);
  readonly #lastLength = new Int32Array(COLUMNS.length);
  readonly #lastCode = new Uint32Array(COLUMNS.length);
  /** The minute of the last time that was read, and its nanoseconds since 1970 in two words. */
  readonly #minute = FIRST_MINUTE.slice();
  #minuteLow = 0;
  #minuteHigh = 0;
  /** What the last call of `#scanNumber` read. */
  #number = 0;

  constructor(readonly builder: TradesBuilder) {}

  /** Turns to other bytes: positions are in these from now on. */
  enter(bytes: Uint8Array): void {
    // A plain array, for node:zlib gives Buffers, whose subarray() costs more.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
      at = this.#skip(field.lead, at);
      if (at < 0) return this.#decline();
      at = this.#scanValue(field, at);
      if (at < 0) return this.#decline();
    }
    at = this.#skip(shape.tail, at);
    if (at >= 0 && this.#bytes[at] === RETURN) at++;
    if (at < 0 || this.#bytes[at] !== NEWLINE) return this.#decline();
    this.builder.put(ERA_COLUMN, shape.era);
    return at + 1;
  }

  /** Another shape may fill fewer columns: nothing of this attempt may stay in the row. */
  #decline(): number {
    this.builder.clearRow();
    return -1;
  }

  /** Where the expected bytes end, or -1 if others stand at `at`. */
  #skip({ words, rest, length }: Literal, at: number): number {
    if (at + length > this.#bytes.length) return -1;
    const view = this.#view;
    let end = at;
    for (let i = 0; i < words.length; i++, end += 4) if (view.getUint32(end) !== words[i]) return -1;
    for (let i = 0; i < rest.length; i++, end++) if (this.#bytes[end] !== rest[i]) return -1;
    return end;
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
        return this.#scanDate(field, at);
      case "double":
      case "int64":
      case "int32":
        return this.#scanNumeric(field, at);
    }
  }

  #scanText({ column }: ShapeField, start: number): number {
    const bytes = this.#bytes;
    const last = this.#lastStart[column];
    const length = this.#lastLength[column];
    let same = 0;
    while (same < length && bytes[start + same] === bytes[last + same]) same++;
    if (same === length && bytes[start + same] === QUOTE) {
      this.#setCode(column, this.#lastCode[column]);
      return start + same;
    }
    const end = this.#plainTextEnd(start + same);
    if (end <= start) return -1;
    this.#setText(column, start, end);
    this.#remember(column, start, end);
    return end;
  }

  #scanId({ column }: ShapeField, start: number): number {
    const end = this.#plainTextEnd(start);
    if (end <= start) return -1;
    const { ids } = this.builder.columns[column] as { ids: IdBuffer };
    ids.put(this.builder.rows, this.#bytes, start, end);
    return end;
  }

  /** A number that fills a text column is the text of its digits, if JSON.parse would print the same ones. */
  #scanDigits({ column }: ShapeField, start: number): number {
    const bytes = this.#bytes;
    let end = start;
    while (isDigit(bytes[end])) end++;
    const digits = end - start;
    if (digits === 0 || digits > MAX_DIGITS || (digits > 1 && bytes[start] === ZERO)) return -1;
    this.#setText(column, start, end);
    return end;
  }

  #scanTime({ column }: ShapeField, start: number): number {
    const bytes = this.#bytes;
    if (!this.#isMinute(start) && !this.#enterMinute(start)) return -1;
    let at = start + MINUTE_BYTES;
    const seconds = twoDigits(bytes, at);
    at += 2;
    let nanos = 0;
    if (bytes[at] === DOT) {
      let unit = 1_000_000_000;
      while (isDigit(bytes[++at])) {
        unit /= 10;
        nanos += (bytes[at] - ZERO) * unit;
      }
      if (unit < 1) return -1;
    }
    if (!(seconds < 60) || bytes[at] !== LETTER_Z) return -1;
    this.#setNanos(column, seconds * 1_000_000_000 + nanos);
    return at + 1;
  }

  #scanFlag({ column }: ShapeField, start: number): number {
    const byte = this.#bytes[start];
    if (byte !== LETTER_H && byte !== MINUS) return -1;
    this.#setNumber(column, byte === LETTER_H ? 1 : 0);
    return start + 1;
  }

  #scanDate({ column, quoted }: ShapeField, start: number): number {
    if (!quoted) return -1;
    const end = this.#plainTextEnd(start);
    const days = end < 0 ? null : daysOf(this.#ascii(start, end));
    if (days === null) return -1;
    this.#setNumber(column, days);
    return end;
  }

  #scanNumeric({ column, kind }: ShapeField, start: number): number {
    const end = this.#scanNumber(start);
    if (end < 0 || (kind !== "double" && !fitsWhole(this.#number, kind === "int32"))) return -1;
    this.#setNumber(column, this.#number);
    return end;
  }

  #scanNumber(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const first = at;
    let mantissa = 0;
    while (isDigit(bytes[at])) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
    const whole = at - first;
    if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return -1;
    let decimals = 0;
    if (bytes[at] === DOT) {
      const point = at++;
      while (isDigit(bytes[at])) mantissa = mantissa * 10 + (bytes[at++] - ZERO);
      decimals = at - point - 1;
      if (decimals === 0) return -1;
    }
    if (whole + decimals > MAX_DIGITS) return -1;
    const value = mantissa / POWERS_OF_TEN[decimals];
    this.#number = negative ? -value : value;
    return at;
  }

  /** Where the text that goes on at `at` ends at a quote; -1 if it has escapes, controls or is not ASCII. */
  #plainTextEnd(at: number): number {
    const bytes = this.#bytes;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte < BLANK || byte >= DELETE || byte === BACKSLASH) return -1;
    }
    return -1;
  }

  #isMinute(start: number): boolean {
    for (let i = 0; i < MINUTE_BYTES; i++) if (this.#bytes[start + i] !== this.#minute[i]) return false;
    return true;
  }

  #enterMinute(start: number): boolean {
    const prefix = this.#bytes.subarray(start, start + MINUTE_BYTES);
    if (prefix.length < MINUTE_BYTES || prefix[MINUTE_BYTES - 1] !== COLON) return false;
    const nanos = nanosOf(`${this.#ascii(start, start + MINUTE_BYTES)}00Z`);
    // The last minute of the 64 bits is left to the slow way, which checks each instant.
    if (nanos === null || nanosOf(`${this.#ascii(start, start + MINUTE_BYTES)}59.999999999Z`) === null) {
      return false;
    }
    this.#minute.set(prefix);
    this.#minuteLow = Number(BigInt.asUintN(32, nanos));
    this.#minuteHigh = Number(nanos >> 32n);
    return true;
  }

  /** In two 32-bit words: a bigint per value would cost more than all the rest. */
  #setNanos(column: number, withinMinute: number): void {
    const { words } = this.builder.columns[column] as { words: Uint32Array };
    const low = this.#minuteLow + withinMinute;
    words[2 * this.builder.rows] = low % TWO_TO_32;
    words[2 * this.builder.rows + 1] = this.#minuteHigh + Math.floor(low / TWO_TO_32);
  }

  #setNumber(column: number, value: number): void {
    (this.builder.columns[column] as { values: Float64Array }).values[this.builder.rows] = value;
  }

  #setCode(column: number, code: number): void {
    (this.builder.columns[column] as { codes: Uint32Array }).codes[this.builder.rows] = code;
  }

  #setText(column: number, start: number, end: number): void {
    this.builder.put(column, this.#ascii(start, end));
  }

  #remember(column: number, start: number, end: number): void {
    this.#lastStart[column] = start;
    this.#lastLength[column] = end - start;
    this.#lastCode[column] =
      (this.builder.columns[column] as { codes: Uint32Array }).codes[this.builder.rows];
  }

  #ascii(start: number, end: number): string {
    if (end - start > LONGEST_APPLIED) return new TextDecoder().decode(this.#bytes.subarray(start, end));
    return String.fromCharCode.apply(null, this.#bytes.subarray(start, end) as unknown as number[]);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < COLON;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const [tens, ones] = [bytes[at], bytes[at + 1]];
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : NaN;
}

function fitsWhole(value: number, in32Bits: boolean): boolean {
  return in32Bits ? (value | 0) === value : Number.isSafeInteger(value);
}
