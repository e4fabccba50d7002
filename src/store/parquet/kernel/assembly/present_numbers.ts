/** Parts the numbers of a column from its nulls, which are NaN, and finds their bounds. */
import { BOUNDS, CODES, DISTINCT, VALUES } from "./page_memory";

/**
 * Puts the numbers without the nulls into `DISTINCT`, a byte for each row into `CODES`, 1 where it has a number, and the
 * smallest and largest number into `BOUNDS`. Returns how many numbers there are.
 */
export function partPresent(count: i32): i32 {
  let least = Infinity;
  let most = -Infinity;
  let present: usize = 0;
  for (let i: usize = 0; i < <usize> count; i++) {
    const number = load<f64>(VALUES + (i << 3));
    const isPresent = number == number;
    store<u8>(CODES + i, <u8> isPresent);
    store<f64>(DISTINCT + (present << 3), number);
    if (!isPresent) continue;
    present++;
    least = min(least, number);
    most = max(most, number);
  }
  store<f64>(BOUNDS, least);
  store<f64>(BOUNDS + 8, most);
  return <i32> present;
}
