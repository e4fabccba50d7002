/** Where things lie in the kernel's memory. TypeScript gets the addresses and sizes from its exports. */

/** The most rows of trades at a time: a row group of a day has as many. */
export const MOST_ROWS: i32 = 32768;
/** The most bars: as many as a row group of bars has. */
export const MOST_BARS: i32 = 8192;

/** Columns of trades, a number of 64 bits for each row: a time, or a double that is NaN where there is none. */
export const TIMES: usize = memory.data(MOST_ROWS * 8, 16);
export const PRICES: usize = memory.data(MOST_ROWS * 8, 16);
export const QUANTITIES: usize = memory.data(MOST_ROWS * 8, 16);
export const NOTATIONS: usize = memory.data(MOST_ROWS * 8, 16);
/** How each row counts: a byte, of the bits of `price_forming.ts`. */
export const NATURES: usize = memory.data(MOST_ROWS, 16);

/** Columns of bars, of 64 bits as well. */
export const STARTS: usize = memory.data(MOST_BARS * 8, 16);
export const OPEN: usize = memory.data(MOST_BARS * 8, 16);
export const HIGH: usize = memory.data(MOST_BARS * 8, 16);
export const LOW: usize = memory.data(MOST_BARS * 8, 16);
export const CLOSE: usize = memory.data(MOST_BARS * 8, 16);
export const VOLUME: usize = memory.data(MOST_BARS * 8, 16);
export const TURNOVER: usize = memory.data(MOST_BARS * 8, 16);
export const VWAP: usize = memory.data(MOST_BARS * 8, 16);
export const TRADES: usize = memory.data(MOST_BARS * 8, 16);
export const FIXINGS: usize = memory.data(MOST_BARS * 8, 16);
export const AUCTION_VOLUME: usize = memory.data(MOST_BARS * 8, 16);
export const OFF_BOOK_VOLUME: usize = memory.data(MOST_BARS * 8, 16);
export const OFF_BOOK_TRADES: usize = memory.data(MOST_BARS * 8, 16);
