/** Reads codes that lie bit by bit. */
import { OUTPUT, VALUES } from "./page_memory";

/**
 * Unpacks so many codes of `width` bits, at most 24, of which the first begins at this bit of the bytes in `OUTPUT`,
 * and increases each by `more`.
 */
export function unpackCodes(count: i32, bit: i32, width: i32, more: u32): void {
  const mask: u64 = (<u64> 1 << width) - 1;
  for (let i = 0; i < count; i++, bit += width) {
    const code = (load<u64>(OUTPUT + (bit >> 3)) >> (bit & 7)) & mask;
    store<u32>(VALUES + (<usize> i << 2), <u32> code + more);
  }
}
