/**
 * Readers for the parts of JSON at an address. A reader returns the end of the part, or 0 if the bytes are not one that
 * JSON.parse would certainly read to the same value.
 */

const BLANK: u8 = 0x20;
const QUOTE: u8 = 0x22;
const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const LEFT_BRACKET: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const RIGHT_BRACKET: u8 = 0x5d;
const DELETE: u8 = 0x7f;

/** Sixteen bytes of ones, then zeros. The sixteen bytes that begin n before the zeros select the first n of a vector. */
const MASKS: usize = memory.data<u64>([-1, -1, 0, 0], 16);
/** With at most 15 digits, mantissa / 10^decimals is the nearest double (Clinger 1990). */
const MAX_DIGITS: i32 = 15;
const POWERS_OF_TEN: usize = memory.data<f64>([
  1e0,
  1e1,
  1e2,
  1e3,
  1e4,
  1e5,
  1e6,
  1e7,
  1e8,
  1e9,
  1e10,
  1e11,
  1e12,
  1e13,
  1e14,
  1e15,
], 16);

/** The result of the last call of `readNumber`. */
export let number: f64 = 0;

/** The first `length` of the sixteen bytes at an address, followed by zeros. */
export function firstBytes(at: usize, length: i32): v128 {
  return v128.and(v128.load(at), v128.load(MASKS + 16 - length));
}

/** Whether the same bytes are at two addresses. */
export function areSame(a: usize, b: usize, length: i32): bool {
  while (length > 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
    a += 16;
    b += 16;
    length -= 16;
  }
  const differing = v128.xor(v128.load(a), v128.load(b));
  return !v128.any_true(v128.and(differing, v128.load(MASKS + 16 - length)));
}

export function isDigit(byte: u8): bool {
  return <u8> (byte - ZERO) < 10;
}

/** Whether a value begins with this byte: a text that is not empty, or a number. */
export function beginsValue(byte: u8, isQuoted: bool): bool {
  return isQuoted ? byte != QUOTE : isDigit(byte) || byte == MINUS;
}

/** The address of the quote that ends a text, if the text is ASCII without escapes and control characters. */
export function plainTextEnd(at: usize): usize {
  while (true) {
    const ends = endsIn(v128.load(at));
    if (ends != 0) {
      at += ctz(ends);
      return load<u8>(at) == QUOTE ? at : 0;
    }
    at += 16;
  }
}

/** The same, and copies the text; the copy may have up to fifteen more bytes. */
export function copyPlainText(at: usize, to: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    v128.store(to, bytes);
    const ends = endsIn(bytes);
    if (ends != 0) {
      at += ctz(ends);
      return load<u8>(at) == QUOTE ? at : 0;
    }
    at += 16;
    to += 16;
  }
}

/** A bit for each byte that ends a plain text. */
function endsIn(bytes: v128): i32 {
  // The comparison is signed: bytes that are not ASCII are less than a blank as well.
  const odd = v128.or(
    i8x16.lt_s(bytes, i8x16.splat(BLANK)),
    v128.or(i8x16.eq(bytes, i8x16.splat(BACKSLASH)), i8x16.eq(bytes, i8x16.splat(DELETE))),
  );
  return i8x16.bitmask(v128.or(odd, i8x16.eq(bytes, i8x16.splat(QUOTE))));
}

/** The bracket that ends a list that contains no lists. Nothing else in it is checked. */
export function listEnd(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    const brackets = v128.or(
      i8x16.eq(bytes, i8x16.splat(LEFT_BRACKET)),
      i8x16.eq(bytes, i8x16.splat(RIGHT_BRACKET)),
    );
    const ends = i8x16.bitmask(v128.or(brackets, i8x16.lt_u(bytes, i8x16.splat(BLANK))));
    if (ends != 0) {
      at += ctz(ends);
      return load<u8>(at) == RIGHT_BRACKET ? at : 0;
    }
    at += 16;
  }
}

/** The end of an unsigned integer. */
export function digitsEnd(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at == start || (at - start > 1 && load<u8>(start) == ZERO) ? 0 : at;
}

/** Reads a number without an exponent into `number`. */
export function readNumber(at: usize): usize {
  const isNegative = load<u8>(at) == MINUS;
  if (isNegative) at++;
  const digits = digitsAt(at);
  const whole = ctz(~digits);
  if (whole == 0 || (whole > 1 && load<u8>(at) == ZERO)) return 0;
  let decimals = 0;
  let end = at + whole;
  if (load<u8>(end) == DOT) {
    decimals = ctz(~(digits >>> (whole + 1)));
    if (decimals == 0) return 0;
    end += 1 + decimals;
  }
  if (whole + decimals > MAX_DIGITS) return 0;
  let mantissa = valueOf(at, whole);
  if (decimals > 0) mantissa = mantissa * powerOfTen(decimals) + valueOf(at + whole + 1, decimals);
  const value = <f64> mantissa / load<f64>(POWERS_OF_TEN + (decimals << 3));
  number = isNegative ? -value : value;
  return end;
}

/** For each of the sixteen bytes at an address, a bit that is set if it is a digit. */
export function digitsAt(at: usize): i32 {
  const values = i8x16.sub(v128.load(at), i8x16.splat(ZERO));
  return i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10)));
}

function powerOfTen(exponent: i32): u64 {
  return <u64> load<f64>(POWERS_OF_TEN + (exponent << 3));
}

/** The value of up to 15 digits. */
function valueOf(at: usize, digits: i32): u64 {
  if (digits <= 8) return valueOfEight(load<u64>(at), digits);
  const others = digits - 8;
  return valueOfEight(load<u64>(at), 8) * powerOfTen(others) + valueOfEight(load<u64>(at + 8), others);
}

/** The value of the first `digits` (1 to 8) digits in a word: joined to pairs, then to fours, then to eight. */
export function valueOfEight(word: u64, digits: i32): u64 {
  word = (word & 0x0f0f0f0f0f0f0f0f) << ((8 - digits) << 3);
  word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ff;
  word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffff;
  return (word * 10000 + (word >> 32)) & 0xffffffff;
}
