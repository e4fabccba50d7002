/** Reads Parquet's DELTA_BINARY_PACKED, in blocks as `delta_blocks.ts` packs them. */
import { OUTPUT, VALUES } from "./page_memory";

const BLOCK: u64 = 128;
const MINIBLOCKS: u64 = 4;
const MINIBLOCK: i32 = 32;
/** With the seven bits that may stand before it, a longer difference would not fit into a word. */
const MOST_BITS: i32 = 57;

/** Where the next byte lies. */
let at: usize = 0;

/**
 * Unpacks so many integers of 64 bits, at least one, from the bytes in `OUTPUT`, of which there are `size`. Returns the
 * address where they end, or 0 when they are not in such blocks, or too long: these are left to TypeScript.
 */
export function unpackInt64(count: i32, size: i32): usize {
  const end = OUTPUT + size;
  at = OUTPUT;
  if (readVarint() != BLOCK || readVarint() != MINIBLOCKS) return 0;
  readVarint(); // their number
  let value = readZigZag();
  store<i64>(VALUES, value);
  for (let i = 1; i < count;) {
    if (at >= end) return 0;
    const least = readZigZag();
    const widths = load<u32>(at);
    at += 4;
    for (let shift = 0; shift < 32 && i < count; shift += 8) {
      const width = <i32> ((widths >> shift) & 0xff);
      const next = at + (MINIBLOCK * width) / 8;
      if (width > MOST_BITS || next > end) return 0;
      const mask: u64 = (<u64> 1 << width) - 1;
      for (let bit = 0, last = min(i + MINIBLOCK, count); i < last; i++, bit += width) {
        value += least + ((load<u64>(at + (bit >> 3)) >> (bit & 7)) & mask);
        store<i64>(VALUES + (<usize> i << 3), value);
      }
      at = next;
    }
  }
  return at <= end ? at : 0;
}

function readZigZag(): i64 {
  const bits = readVarint();
  return <i64> (bits >> 1) ^ -<i64> (bits & 1);
}

function readVarint(): u64 {
  let value: u64 = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    const byte: u64 = load<u8>(at++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}
