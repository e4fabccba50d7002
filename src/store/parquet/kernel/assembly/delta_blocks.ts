/** Parquet's DELTA_BINARY_PACKED, in blocks of 128 differences that are packed by 32. */
import { OUTPUT, VALUES } from "./page_memory";
import { appendVarint, appendZigZag } from "./varints";

const BLOCK: i32 = 128;
const MINIBLOCKS: i32 = 4;
const MINIBLOCK: i32 = 32;
/** The largest difference of high words, as in `delta.ts`: larger ones are left to TypeScript. */
const EXACT_HIGH: i64 = 0xfffff;

/** The differences of a block, and then their distances from the smallest one. */
const DELTAS: usize = memory.data(BLOCK * 8, 16);

/** Packs integers of 64 bits, at least one; returns where they end in the output, or 0 when a difference is too large. */
export function packInt64(count: i32): usize {
  let before = load<i64>(VALUES);
  let to = appendHeader(count, before);
  for (let from = 1; from < count; from += BLOCK) {
    const deltas = min(BLOCK, count - from);
    let least = i64.MAX_VALUE;
    for (let i = 0; i < deltas; i++) {
      const value = load<i64>(VALUES + (<usize> (from + i) << 3));
      if (abs((value >> 32) - (before >> 32)) > EXACT_HIGH) return 0;
      const delta = value - before;
      before = value;
      least = min(least, delta);
      store<i64>(DELTAS + (<usize> i << 3), delta);
    }
    to = packBlock(to, deltas, least);
  }
  return to;
}

/** The same for integers of 32 bits that are not negative. */
export function packLengths(count: i32): usize {
  let before = load<u32>(VALUES);
  let to = appendHeader(count, before);
  for (let from = 1; from < count; from += BLOCK) {
    const deltas = min(BLOCK, count - from);
    let least = i64.MAX_VALUE;
    for (let i = 0; i < deltas; i++) {
      const value = load<u32>(VALUES + (<usize> (from + i) << 2));
      const delta = <i64> value - <i64> before;
      before = value;
      least = min(least, delta);
      store<i64>(DELTAS + (<usize> i << 3), delta);
    }
    to = packBlock(to, deltas, least);
  }
  return to;
}

function appendHeader(count: i32, first: i64): usize {
  const to = appendVarint(appendVarint(appendVarint(OUTPUT, BLOCK), MINIBLOCKS), count);
  return appendZigZag(to, first);
}

/** Packs the first so many differences, of which `least` is the smallest one. */
function packBlock(to: usize, count: i32, least: i64): usize {
  to = appendZigZag(to, least);
  const widths = to;
  store<u32>(widths, 0);
  to += MINIBLOCKS;
  for (let start = 0; start < count; start += MINIBLOCK) {
    const end = min(start + MINIBLOCK, count);
    let bits: u64 = 0;
    for (let i = start; i < end; i++) {
      const distance = load<i64>(DELTAS + (<usize> i << 3)) - least;
      store<i64>(DELTAS + (<usize> i << 3), distance);
      bits |= distance;
    }
    const width = <i32> (64 - clz(bits));
    store<u8>(widths + start / MINIBLOCK, <u8> width);
    to = packMiniblock(to, start, end, width);
  }
  return to;
}

/** Zeros stand for the values that a miniblock lacks. */
function packMiniblock(to: usize, start: i32, end: i32, width: i32): usize {
  const last = to + (MINIBLOCK * width) / 8;
  let bits: u64 = 0;
  let used = 0; // not yet written: fewer than 64
  for (let i = start; i < end; i++) {
    const value = load<u64>(DELTAS + (<usize> i << 3));
    bits |= value << used;
    used += width;
    if (used < 64) continue;
    store<u64>(to, bits);
    to += 8;
    used -= 64;
    bits = used == 0 ? 0 : value >> (width - used);
  }
  for (; to < last; to += 4, bits >>= 32) store<u32>(to, <u32> bits);
  return last;
}
