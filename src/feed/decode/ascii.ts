/** The bytes that rows are made of, and the numbers that their digits stand for. */

export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const BLANK = 0x20;
export const QUOTE = 0x22;
export const MINUS = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const LETTER_H = 0x48;
export const LETTER_Z = 0x5a;
export const BACKSLASH = 0x5c;
export const LEFT_BRACKET = 0x5b;
export const RIGHT_BRACKET = 0x5d;
export const DELETE = 0x7f;

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < COLON;
}

/** The value of the two digits that begin at `at`; NaN when they are not digits. */
export function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** apply() puts every byte on the stack, which is limited. */
const LONGEST_APPLIED = 4096;

/** The text of bytes that are ASCII. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  if (part.length > LONGEST_APPLIED) return new TextDecoder().decode(part);
  return String.fromCharCode.apply(null, part as unknown as number[]);
}
