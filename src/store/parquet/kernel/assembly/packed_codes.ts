/** Parquet's hybrid of runs and packed bits. */
import { OUTPUT, VALUES } from "./page_memory";
import { appendVarint } from "./varints";

/** Values that are packed together; as many equal ones in a row make a run. */
const GROUP: i32 = 8;

/** Writes codes, less `least`, in `width` bits each, at most 24; returns where they end in the output. */
export function packCodes(count: i32, width: i32, least: u32): usize {
  let to = OUTPUT;
  let packed = 0; // codes before this one are written
  let at = 0;
  while (at < count) {
    const end = at + GROUP <= count && codeAt(at + GROUP - 1) == codeAt(at) ? runEnd(at, count) : at;
    if (end - at < GROUP) {
      at += GROUP;
      continue;
    }
    if (packed < at) to = packGroups(to, packed, at, count, width, least);
    to = appendRun(to, end - at, codeAt(at) - least, width);
    packed = at = end;
  }
  return packed < at ? packGroups(to, packed, at, count, width, least) : to;
}

function codeAt(place: i32): u32 {
  return load<u32>(VALUES + (<usize> place << 2));
}

/** Where the codes end that equal the one at `start`. */
function runEnd(start: i32, count: i32): i32 {
  const code = codeAt(start);
  const four = i32x4.splat(code);
  let end = start + 1;
  while (end + 4 <= count && i32x4.all_true(i32x4.eq(v128.load(VALUES + (<usize> end << 2)), four))) end += 4;
  while (end < count && codeAt(end) == code) end++;
  return end;
}

function appendRun(to: usize, length: i32, code: u32, width: i32): usize {
  to = appendVarint(to, <u64> length << 1);
  for (let bits = 0; bits < width; bits += 8) store<u8>(to++, <u8> (code >> bits));
  return to;
}

/** Packs whole groups; zeros stand for the codes that the last one lacks. */
function packGroups(to: usize, from: i32, until: i32, count: i32, width: i32, least: u32): usize {
  const groups = (until - from) / GROUP;
  to = appendVarint(to, <u64> groups << 1 | 1);
  const last = to + groups * width;
  let bits: u64 = 0;
  let used = 0; // not yet written: fewer than 32
  for (let i = from, end = min(until, count); i < end; i++) {
    bits |= <u64> (codeAt(i) - least) << used;
    used += width;
    if (used < 32) continue;
    store<u32>(to, <u32> bits);
    to += 4;
    used -= 32;
    bits >>= 32;
  }
  for (; to < last; bits >>= 8) store<u8>(to++, <u8> bits);
  return last;
}
