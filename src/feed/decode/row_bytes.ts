import {
  asciiText,
  BACKSLASH,
  BLANK,
  DELETE,
  DOT,
  isDigit,
  LEFT_BRACKET,
  MINUS,
  NEWLINE,
  QUOTE,
  RETURN,
  RIGHT_BRACKET,
  ZERO,
} from "./ascii.ts";
import type { Stretch } from "./row_forms.ts";

/** With at most 15 digits and 22 decimals, mantissa / 10^decimals is the nearest double (Clinger 1990). */
const MAX_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MAX_DIGITS + 1 }, (_, decimals) => 10 ** decimals);

/** For checking four digits in one word: each byte's upper half must be that of "0", also after adding six. */
const [HIGH_HALVES, ZEROS, SIXES] = [0xf0f0f0f0 | 0, 0x30303030, 0x06060606];

/** In each of four bytes, a bit that brackets, capitals and controls lack; nearly all other bytes of a list have it. */
const SIXTH_BITS = 0x20202020;

/**
 * The bytes of rows, and readers for the parts of JSON at a position. A reader returns the end of the part, or -1 if
 * the bytes are not one that JSON.parse would certainly read to the same value.
 */
export class RowBytes {
  /** The result of the last call of `readNumber`. */
  number = 0;
  bytes: Uint8Array = new Uint8Array();
  view: DataView = new DataView(this.bytes.buffer);

  /** Switches to other bytes; positions refer to these from now on. */
  enter({ buffer, byteOffset, byteLength }: Uint8Array): void {
    // Converted to a plain Uint8Array, since node:zlib returns Buffers, whose subarray() is slower.
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.view = new DataView(buffer, byteOffset, byteLength);
  }

  /**
   * Whether these bytes are at `at`. Compares the last ones first, since texts with the same beginning often differ
   * there.
   */
  has({ words, last, bytes, length }: Stretch, at: number): boolean {
    const { view } = this;
    if (at + length > view.byteLength) return false;
    if (words.length === 0) return this.#hasFew(bytes, at);
    if (view.getInt32(at + length - 4, true) !== last) return false;
    for (let i = 0; i < words.length; i++, at += 4) if (view.getInt32(at, true) !== words[i]) return false;
    return true;
  }

  #hasFew(few: Uint8Array, at: number): boolean {
    for (let i = 0; i < few.length; i++) if (this.bytes[at + i] !== few[i]) return false;
    return true;
  }

  /** Where the line break at `at` ends. */
  skipLineEnd(at: number): number {
    const newline = this.bytes[at] === RETURN ? at + 1 : at;
    return this.bytes[newline] === NEWLINE ? newline + 1 : -1;
  }

  /**
   * The position of the quote that ends the text at `at`; -1 if the text has escapes, control characters or is not
   * ASCII.
   */
  plainTextEnd(at: number): number {
    const bytes = this.bytes;
    for (at = this.#fourDigitsEnd(at); at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte < BLANK || byte >= DELETE || byte === BACKSLASH) return -1;
    }
    return -1;
  }

  /** The end, a bracket, of the list that continues at `at`; -1 if it contains lists or controls. Nothing else in it is checked. */
  listEnd(at: number): number {
    const { bytes, view } = this;
    for (const last = bytes.length - 4; at <= last;) {
      if ((view.getInt32(at, true) & SIXTH_BITS) === SIXTH_BITS) {
        at += 4;
        continue;
      }
      for (const end = at + 4; at < end; at++) {
        const byte = bytes[at];
        if (byte === RIGHT_BRACKET) return at;
        if (byte === LEFT_BRACKET || byte < BLANK) return -1;
      }
    }
    return -1;
  }

  /**
   * The end of the digits at `at`, up to three bytes early: checks four at a time, since ids consist mostly of digits.
   */
  #fourDigitsEnd(at: number): number {
    const { view } = this;
    for (const end = view.byteLength - 4; at <= end; at += 4) {
      const word = view.getInt32(at, true);
      const areDigits = (word & HIGH_HALVES) === ZEROS && ((word + SIXES) & HIGH_HALVES) === ZEROS;
      if (!areDigits) return at;
    }
    return at;
  }

  /** The end of an unsigned integer. */
  digitsEnd(start: number): number {
    const bytes = this.bytes;
    let end = start;
    while (isDigit(bytes[end])) end++;
    const digits = end - start;
    return digits === 0 || (digits > 1 && bytes[start] === ZERO) ? -1 : end;
  }

  /** Reads a number without an exponent into `number`. */
  readNumber(start: number): number {
    const bytes = this.bytes;
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
    this.number = negative ? -value : value;
    return at;
  }

  /** The text of bytes that are ASCII. */
  text(start: number, end: number): string {
    return asciiText(this.bytes, start, end);
  }
}
