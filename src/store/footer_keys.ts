/** The keys under which the footers of our files say more than Parquet does: of every file, of days, of months, of bars. */

/** What each of them begins with. */
export const OURS = "xetra-parqed.";

/** How many rows were written. */
export const ROWS_KEY = `${OURS}rows`;
/** The digest of all that lies before the footer. */
export const DIGEST_KEY = `${OURS}digest`;
/** The digest of the footer itself, taken with zeros in its place. */
export const FOOTER_CHECKSUM_KEY = `${OURS}seal`;
/** Of a day: its source files. */
export const LEDGER_KEY = `${OURS}ledger`;
/** Of a day: checksums that prove the ledger and each row group by itself. */
export const GROUP_CHECKSUMS_KEY = `${OURS}proof`;
/** Of a day: how many of its trades are of which trading date. */
export const TRADING_DATES_KEY = `${OURS}trading-dates`;
/** Of a month and of bars: the days that they were made from. */
export const DAYS_KEY = `${OURS}days`;
/** Of bars: how many corrections were left out. */
export const UNMATCHED_KEY = `${OURS}unmatched`;
/** Of bars: the version of the rules by which they were made. */
export const RULES_KEY = `${OURS}rules`;
