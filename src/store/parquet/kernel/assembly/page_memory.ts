/** Where things lie in the kernel's memory. TypeScript gets the addresses and the number of values from its exports. */

/** The most values of a call: a row group of a month has as many. */
export const MOST_VALUES: i32 = 65536;
/** Two for each value, so that half of them stay free. */
export const MOST_SLOTS: i32 = 131072;
/** No encoding takes more for a value: seven bytes, and its share of the fourteen that stand before a block of 128. */
const ENCODED_BYTES: i32 = 8;
/** The most bytes of a call that decodes. */
export const MOST_BYTES: i32 = MOST_VALUES * ENCODED_BYTES;
/** For what stands before all values, and for words that are written where only a part of them is needed. */
const SLACK_BYTES: i32 = 64;

/** The values to be encoded, or those that were decoded, of 4 or 8 bytes each. */
export const VALUES: usize = memory.data(MOST_VALUES * 8, 16);
/** What they are encoded to, or decoded from. */
export const OUTPUT: usize = memory.data(MOST_BYTES + SLACK_BYTES, 16);
/** For each value its place among the distinct ones, from 1 on; and these, in the order in which they first occur. */
export const CODES: usize = memory.data(MOST_VALUES * 4, 16);
export const DISTINCT: usize = memory.data(MOST_VALUES * 8, 16);
/** The smallest and the largest number. */
export const BOUNDS: usize = memory.data(2 * 8, 16);
/** A hash table of places among the distinct values; 0 is free. */
export const SLOTS: usize = memory.data(MOST_SLOTS * 4, 16);
