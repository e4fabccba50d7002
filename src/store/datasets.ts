/** What is stored: a value for each dataset, beside the record type that says what its rows are. */

/** The period that a folder belongs to: `2026-09`, `2026-09-01` or `2026-09-01T08`, in UTC. */
export type Grain = "month" | "day" | "hour";

/** A folder of the market. Below it each venue has one folder per month, day or hour. */
export interface Tree {
  readonly folder: string;
  readonly grain: Grain;
}

/** Rows of one type, in one Parquet file for each venue and period. */
export interface Dataset extends Tree {
  /** The name of each of its files; readers use the glob `*.parquet`. */
  readonly file: string;
}

/** The exchange's files as they were downloaded. */
export const RAW: Tree = { folder: "raw", grain: "day" };

/** The trades of a UTC date, as they were published. */
export const TRADES_BY_DAY: Dataset = { folder: "trades", grain: "day", file: "trades.parquet" };

/** Derived: the trades of the days of a month. */
export const TRADES_BY_MONTH: Dataset = { folder: "trades_monthly", grain: "month", file: "trades.parquet" };

/** The quotes of an hour, as they were published. */
export const QUOTES_BY_HOUR: Dataset = { folder: "quotes", grain: "hour", file: "quotes.parquet" };

/** Derived: bars of a minute. */
export const BARS_1M: Dataset = { folder: "bars_1m", grain: "day", file: "bars.parquet" };

/** Derived: bars of a trading day, a file for those of a month. */
export const BARS_1D: Dataset = { folder: "bars_1d", grain: "month", file: "bars.parquet" };

/** All datasets: their folders hold such files and nothing else. */
export const DATASETS: readonly Dataset[] = [
  TRADES_BY_DAY,
  TRADES_BY_MONTH,
  QUOTES_BY_HOUR,
  BARS_1M,
  BARS_1D,
];
