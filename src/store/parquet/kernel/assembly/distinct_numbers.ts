/** Finds the numbers that occur, by their bits. */
import { CODES, DISTINCT, SLOTS, VALUES } from "./page_memory";

/** An odd number that spreads the bits of another; that of xxHash. */
const SPREAD: u64 = 0x9e3779b185ebca87;

/**
 * Gives each number the place of the first one with the same bits, from 1 on, and NaN 0; returns how many distinct ones
 * there are.
 */
export function findDistinct(count: i32): i32 {
  const shift = clz(2 * count - 1) + 32; // so many bits of a hash are left that there are two slots for a number
  memory.fill(SLOTS, 0, <usize> 4 << (64 - shift));
  let known = 0;
  let code = 0;
  let before: u64 = 0;
  for (let i = 0; i < count; i++) {
    const bits = load<u64>(VALUES + (<usize> i << 3));
    if (i == 0 || bits != before) {
      code = isNaN(reinterpret<f64>(bits)) ? 0 : codeOf(bits, known, shift);
      known = max(known, code);
      before = bits;
    }
    store<u32>(CODES + (<usize> i << 2), code);
  }
  return known;
}

/** The place of these bits among the distinct ones, of which so many are known; the next one if they are new. */
function codeOf(bits: u64, known: i32, shift: i32): i32 {
  const last = (1 << (64 - shift)) - 1;
  let slot = <i32> ((bits * SPREAD) >> shift);
  while (true) {
    const at = SLOTS + (<usize> slot << 2);
    const code = load<i32>(at);
    if (code == 0) {
      store<i32>(at, known + 1);
      store<u64>(DISTINCT + (<usize> known << 3), bits);
      return known + 1;
    }
    if (load<u64>(DISTINCT + (<usize> (code - 1) << 3)) == bits) return code;
    slot = (slot + 1) & last;
  }
}
