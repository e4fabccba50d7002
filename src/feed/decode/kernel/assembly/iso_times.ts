/** Times and dates as the exchange writes them. */
import { digitsAt, isDigit, valueOfEight } from "./json_bytes";
import { MINUTES } from "./memory_layout";

const MINUS: u8 = 0x2d;
const DOT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const COLON: u8 = 0x3a;
const LETTER_T: u8 = 0x54;
const LETTER_Z: u8 = 0x5a;
/** The length of `2026-09-01T08:34`, which all times of a minute share. */
const MINUTE_BYTES: i32 = 16;
const NANOS_PER_SECOND: i64 = 1000000000;
const SECONDS_PER_DAY: i64 = 86400;
/** All instants of these years fit into 64 bits of nanoseconds. */
const FIRST_YEAR: i32 = 1678;
const LAST_YEAR: i32 = 2261;
/** For each number of digits of fraction, the nanoseconds that the last one stands for. */
const UNITS: usize = memory.data<i32>([
  1000000000,
  100000000,
  10000000,
  1000000,
  100000,
  10000,
  1000,
  100,
  10,
  1,
], 16);
const NO_DATE: i32 = i32.MIN_VALUE;

/** The last time that was read, in nanoseconds since 1970, and the last date, in days since then. */
export let nanos: i64 = 0;
export let days: i32 = 0;

/**
 * Reads a time of a column, of the form `2026-09-01T08:34:00.042457058Z`, with up to nine digits of fraction. Returns
 * where it ends, or 0 for anything else.
 */
export function readTime(at: usize, column: i32): usize {
  const known = MINUTES + (column << 5);
  if (v128.any_true(v128.xor(v128.load(at), v128.load(known))) && !enterMinute(at, known)) return 0;
  at += MINUTE_BYTES;
  const second = twoDigits(at + 1);
  if (load<u8>(at) != COLON || second < 0 || second >= 60) return 0;
  at += 3;
  let fraction: i32 = 0;
  if (load<u8>(at) == DOT) {
    const digits = ctz(~digitsAt(++at));
    if (digits > 9) return 0;
    if (digits > 0) fraction = nanosOf(at, digits);
    at += digits;
  }
  if (load<u8>(at) != LETTER_Z) return 0;
  nanos = load<i64>(known, 16) + second * NANOS_PER_SECOND + fraction;
  return at + 1;
}

/** The nanoseconds in one to nine digits of fraction. */
function nanosOf(at: usize, digits: i32): i32 {
  const eight = <i32> valueOfEight(load<u64>(at), min(digits, 8));
  if (digits == 9) return eight * 10 + (load<u8>(at, 8) - ZERO);
  return eight * load<i32>(UNITS + (digits << 2));
}

/** Reads `2026-09-01` into `days`. */
export function readDate(at: usize): usize {
  days = daysOf(at);
  return days == NO_DATE ? 0 : at + 10;
}

function enterMinute(at: usize, known: usize): bool {
  const day = daysOf(at);
  const hour = twoDigits(at + 11);
  const minute = twoDigits(at + 14);
  const isTime = day != NO_DATE && load<u8>(at, 10) == LETTER_T && load<u8>(at, 13) == COLON;
  if (!isTime || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  v128.store(known, v128.load(at));
  store<i64>(known, (day * SECONDS_PER_DAY + hour * 3600 + minute * 60) * NANOS_PER_SECOND, 16);
  return true;
}

/** Days since 1970 of the date at an address. */
function daysOf(at: usize): i32 {
  const century = twoDigits(at);
  const yearOfIt = twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const day = twoDigits(at + 8);
  if (century < 0 || yearOfIt < 0 || load<u8>(at, 4) != MINUS || load<u8>(at, 7) != MINUS) return NO_DATE;
  const year = century * 100 + yearOfIt;
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return NO_DATE;
  if (day < 1 || day > lastDay(year, month)) return NO_DATE;
  // Years begin in March here, so that a leap day is the last day of its year.
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400;
  return marchYear * 365 + leapDays + (153 * fromMarch + 2) / 5 + day - 719469;
}

function lastDay(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** The value of the two digits at an address; -1 if they are not digits. */
function twoDigits(at: usize): i32 {
  const tens = load<u8>(at);
  const ones = load<u8>(at, 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + (ones - ZERO) : -1;
}
