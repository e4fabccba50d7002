/**
 * The keys under which the footers of our files hold more than Parquet requires: for every file, days, months and bars.
 */

/** The prefix of each key. */
export const OURS = "xetra-parqed.";

/** How many rows were written. */
export const ROWS_KEY = `${OURS}rows`;
/** The digest of everything before the footer. */
export const DIGEST_KEY = `${OURS}digest`;
/** The digest of the footer itself, computed with zeros in its place. */
export const FOOTER_CHECKSUM_KEY = `${OURS}seal`;
/** For a day: its source files. */
export const LEDGER_KEY = `${OURS}ledger`;
/** For a day: checksums that prove the ledger and each single row group. */
export const GROUP_CHECKSUMS_KEY = `${OURS}proof`;
/** For a day: the number of its trades by trading date. */
export const TRADING_DATES_KEY = `${OURS}trading-dates`;
/** For an hour of quotes: which quotes are stored; empty for all of them. */
export const FILTER_KEY = `${OURS}filter`;
/** For a month and for bars: the days they were made from. */
export const DAYS_KEY = `${OURS}days`;
/** Of bars of a day: the trading days, and from which partitions each was made. */
export const TRADING_DAYS_KEY = `${OURS}trading-days`;
/** Of bars of a day: the months before, with whose closes they begin. */
export const EARLIER_KEY = `${OURS}earlier-months`;
/** Of bars of a day: the digest of the row groups, which does not change when the same rows are written anew. */
export const CONTENT_KEY = `${OURS}content`;
/** For bars: how many corrections were left out. */
export const UNMATCHED_KEY = `${OURS}unmatched`;
/** For bars: the version of the rules by which they were made. */
export const RULES_KEY = `${OURS}rules`;
