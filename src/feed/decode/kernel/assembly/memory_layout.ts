/** Where things lie in the kernel's memory. TypeScript gets the addresses and sizes from the kernel's exports. */

/** Bytes of NDJSON that are read at a time: together with the columns of their rows, they fit into a processor's cache. */
export const WINDOW_BYTES: i32 = 131072;
/** Zeros after the window: no part of a row is found there, and sixteen bytes can be read from any of its bytes on. */
const SLACK_BYTES: i32 = 64;
/** The most rows of a call. */
export const MOST_ROWS: i32 = 1024;
/** Trades have 42. */
export const MOST_COLUMNS: i32 = 64;
/** A column's value in a row: a double, nanoseconds, the number of a text, or the start and length of an id. */
export const CELL_BYTES: i32 = 8;
/** The distance between columns is no power of two: otherwise the cells of a row would compete for the same cache lines. */
export const COLUMN_BYTES: i32 = MOST_ROWS * CELL_BYTES + 192;
export const NODES_BYTES: i32 = 4194304;
/** More than the instruments of a venue: Frankfurt has 33,000. */
export const MOST_TEXTS: i32 = 49152;
export const TEXT_SLOTS: i32 = 65536;
export const TEXTS_BYTES: i32 = 2097152;
/** An entry has a text's first sixteen bytes, and its hash, length and address in words of 32 bits. */
export const ENTRY_BYTES: i32 = 32;

export const WINDOW: usize = memory.data(WINDOW_BYTES + SLACK_BYTES, 16);
/** For each column, a cell for each row. */
export const CELLS: usize = memory.data(MOST_COLUMNS * COLUMN_BYTES, 16);
/** For each row, the number of its form. */
export const FORMS: usize = memory.data(MOST_ROWS * 4, 16);
/** The columns that some form fills, a byte each; and for each column, the cell that stands for null. */
export const COLUMNS: usize = memory.data(MOST_COLUMNS, 16);
export const NULLS: usize = memory.data(MOST_COLUMNS * CELL_BYTES, 16);
/**
 * The bytes of ids, each from the beginning of a word of 32 bits. They need no more room than the window: each id there
 * has a key beside it.
 */
export const IDS: usize = memory.data(WINDOW_BYTES + SLACK_BYTES, 16);
/** For each column, the last minute that was read: its sixteen bytes, and its nanoseconds. */
export const MINUTES: usize = memory.data(MOST_COLUMNS * 32, 16);
/** The forms of rows, see `read_rows.ts`; the first node is the root. */
export const NODES: usize = memory.data(NODES_BYTES, 16);
/** A hash table with the numbers of texts, two bytes each; for each number, its entry; and the bytes of all texts. */
export const SLOTS: usize = memory.data(TEXT_SLOTS * 2, 16);
export const ENTRIES: usize = memory.data(MOST_TEXTS * ENTRY_BYTES, 16);
export const TEXTS: usize = memory.data(TEXTS_BYTES + SLACK_BYTES, 16);
