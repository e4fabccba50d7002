/**
 * What a JSON value of the exchange means in a column: each function returns the stored value, or null when the column
 * cannot hold the value. Nothing is guessed, and no default is made up.
 */
import { MILLIS_PER_DAY } from "../calendar/dates.ts";
import "./raw_json.ts";

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DATE = /^(\d{4})-?(\d{2})-?(\d{2})$/;
const LARGEST_NANOS = 2n ** 63n - 1n;

/**
 * A text; numbers as they are written, booleans as JSON writes them (`quotationType` occurs as 1 and as "1"). Half of a
 * surrogate pair, which UTF-8 cannot encode, becomes U+FFFD here already: if it did so only on disk, the text would
 * change when it is read back.
 */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value.toWellFormed();
  if (JSON.isRawJSON(value)) return value.rawJSON;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/**
 * A finite number, also from a string that JSON would read as one. Null when it is larger than 2⁵³ and a double does
 * not hold the digits as written.
 */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const text = JSON.isRawJSON(value) ? value.rawJSON : value;
  if (typeof text !== "string" || !JSON_NUMBER.test(text)) return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return null;
  return isCertain(number) || significantDigits(text) === significantDigits(String(number)) ? number : null;
}

/** Whether a number is so small that parsing cannot have lost any digit before the decimal point. */
export function isCertain(number: number): boolean {
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER;
}

function significantDigits(number: string): string {
  return number.replace(/e.*$/i, "").replace(/[-.]/g, "").replace(/^0+|0+$/g, "");
}

/** An integer that a double holds exactly, within ±2⁵³. */
export function int64Of(value: unknown): number | null {
  const number = numberOf(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** A 32-bit integer. */
export function int32Of(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && (number | 0) === number ? number : null;
}

/** Whether an integer column can hold a number, as `int32Of` and `int64Of` decide. */
export function fitsWhole(value: number, in32Bits: boolean): boolean {
  return in32Bits ? (value | 0) === value : Number.isSafeInteger(value);
}

/** The algorithm indicator of MMT: `H` is true (1), `-` false (0). */
export function flagOf(value: unknown): number | null {
  return value === "H" ? 1 : value === "-" ? 0 : null;
}

/** Days since 1970-01-01 of a calendar date, `2026-12-18` or `20261218`. */
export function daysOf(value: unknown): number | null {
  const parts = DATE.exec(textOf(value) ?? "");
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map(Number);
  const millis = Date.UTC(year, month - 1, day);
  const date = new Date(millis);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day;
  return exists ? millis / MILLIS_PER_DAY : null;
}

/**
 * Nanoseconds since 1970 UTC of an ISO 8601 instant with up to nine digits of fraction, or none (`:00.Z`). Null outside
 * 1677-09-21 to 2262-04-11, the range of 64 bits.
 */
export function nanosOf(value: unknown): bigint | null {
  if (typeof value !== "string") return null;
  try {
    const nanos = Temporal.Instant.from(value.replace(/\.(?=Z$)/, "")).epochNanoseconds;
    return nanos > -LARGEST_NANOS && nanos <= LARGEST_NANOS ? nanos : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
