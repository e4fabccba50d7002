/** What a reader finds in the stored trades, as far as it can be compared with what another one finds. */
import assert from "node:assert/strict";
import { type Database, duckdb } from "../e2e/harness.ts";

/** First and last value in nanoseconds since 1970, and the sum of what lies below the second, over all rows. */
export interface Times {
  readonly first: string;
  readonly last: string;
  readonly nanos: number;
}

export interface Figures {
  readonly rows: number;
  readonly quantity: number;
  /** The sum of price × quantity. */
  readonly turnover: number;
  readonly trading_date_time: Times;
  readonly distribution_time: Times;
  /** The number of values that are not null, by column, those of the folders' names included. */
  readonly values: Readonly<Record<string, number>>;
  /** The rows of each partition by what its folders say: `DETR 2026-9-1`. */
  readonly partitions: Readonly<Record<string, number>>;
}

/** A way to name the stored trades: their folder, or a glob of all files in it. */
export type Way = "folder" | "glob";

export const WAYS: readonly Way[] = ["folder", "glob"];

/** What a reader is given for the trades below a working directory. */
export function pathOf(way: Way, dir: string): string {
  const folder = `${dir}/data/de/xetra/trades`;
  return way === "folder" ? folder : `${folder}/*/*/*/*/*.parquet`;
}

/** The figures as DuckDB's package of npm reads them: by the glob, unless it is told otherwise. */
export async function duckdbFigures(dir: string, way: Way = "glob"): Promise<Figures> {
  using db = await duckdb();
  await db.rows(`CREATE VIEW trades AS FROM read_parquet('${pathOf(way, dir)}', hive_partitioning = true)`);
  const [sums] = await db.rows(
    "SELECT count(*)::INT AS rows, sum(quantity) AS quantity, sum(price * quantity) AS turnover FROM trades",
  );
  const [values] = await db.rows("SELECT count(COLUMNS(*))::INT FROM trades");
  return {
    rows: Number(sums.rows),
    quantity: Number(sums.quantity),
    turnover: Number(sums.turnover),
    trading_date_time: await times(db, "trading_date_time"),
    distribution_time: await times(db, "distribution_time"),
    values: Object.fromEntries(Object.entries(values).map(([column, count]) => [column, Number(count)])),
    partitions: await partitions(db),
  };
}

/** Fails unless a reader found the same by each way. */
export function assertSameFigures(found: readonly Figures[], expected: Figures): void {
  assert.equal(found.length, WAYS.length);
  for (const figures of found) assertSame(figures, expected);
}

/** Sums of floating-point numbers may differ by the order in which they were added. */
function assertSame(found: Figures, expected: Figures): void {
  for (const sum of ["quantity", "turnover"] as const) {
    const difference = Math.abs(found[sum] - expected[sum]);
    assert.ok(
      difference <= Number.EPSILON * found.rows * expected[sum],
      `${sum}: ${found[sum]}, not ${expected[sum]}`,
    );
  }
  assert.deepEqual({ ...found, quantity: 0, turnover: 0 }, { ...expected, quantity: 0, turnover: 0 });
}

async function times(db: Database, column: string): Promise<Times> {
  const [row] = await db.rows(
    `SELECT epoch_ns(min(${column}))::VARCHAR AS first, epoch_ns(max(${column}))::VARCHAR AS last, ` +
      `sum(epoch_ns(${column}) % 1000000000)::DOUBLE AS nanos FROM trades`,
  );
  return { first: String(row.first), last: String(row.last), nanos: Number(row.nanos) };
}

async function partitions(db: Database): Promise<Record<string, number>> {
  const rows = await db.rows(
    "SELECT format('{} {}-{}-{}', venue, year::INT, month::INT, day::INT) AS name, count(*)::INT AS rows " +
      "FROM trades GROUP BY ALL",
  );
  return Object.fromEntries(rows.map(({ name, rows }) => [String(name), Number(rows)]));
}
