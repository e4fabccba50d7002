/** The keys under which the footers of our files say more than Parquet does: of every file, of days, of months. */

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
/** Of a month: the days that it was made from. */
export const DAYS_KEY = `${OURS}days`;
