/** What the tests of month files share. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { publish } from "../store/parquet_files.ts";
import { trade, type TradeInput } from "../store/trades.ts";
import { filesBelow } from "./disk.ts";
import { duckdb, partitionPath, type Run } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

const IDENTITY = "isin, trading_date_time, transaction_id, price, quantity";

/** The file of a month of DETR below a working directory. */
export function monthPath(dir: string, month: string): string {
  const [year, number] = month.split("-");
  return join(dir, `data/de/xetra/trades_monthly/venue=DETR/year=${year}/month=${number}/trades.parquet`);
}

/** Runs `consolidate-month` for DETR in the shared process. */
export function consolidate(dir: string, ...more: readonly string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", dir, "consolidate-month", "DETR", ...more]);
}

/**
 * Asserts that a month file of DETR holds the trades of its days, those and no others, sorted as they are; returns how
 * many, all by DuckDB.
 */
export async function assertHoldsItsDays(dir: string, month: string): Promise<number> {
  const [year, number] = month.split("-");
  const days = `${dir}/data/de/xetra/trades/venue=DETR/year=${year}/month=${number}/*/trades.parquet`;
  const [all, stored] = [days, monthPath(dir, month)].map((path) =>
    `read_parquet('${path}', hive_partitioning = false)`
  );
  using db = await duckdb();
  for (const [one, other] of [[all, stored], [stored, all]]) {
    assert.deepEqual(await db.rows(`FROM (FROM ${one} EXCEPT ALL FROM ${other}) LIMIT 3`), []);
  }
  const inFile = await db.rows(`SELECT ${IDENTITY} FROM ${stored}`);
  assert.deepEqual(inFile, await db.rows(`SELECT ${IDENTITY} FROM ${stored} ORDER BY ${IDENTITY}`));
  return inFile.length;
}

/** Stores 20 trades of each instrument, at other times than those of other instruments. */
export async function storeDay(
  dir: string,
  date: string,
  isins = ["DE0007164600", "AT0000000001"],
): Promise<void> {
  const rows = isins.flatMap((isin): TradeInput[] =>
    Array.from({ length: 20 }, (_, i) =>
      trade({
        isin,
        trading_date_time: `${date}T08:34:${String(i).padStart(2, "0")}Z`,
        transaction_id: `${date}-${i}`,
        modification_flag: i % 2 === 0 ? "-" : "C",
      }))
  );
  await publish(partitionPath(dir, "DETR", date), isins.length > 2 ? "08_36" : `08_3${isins.length}`, rows);
}

/** So many instruments. */
export function manyIsins(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `US${String(i).padStart(10, "0")}`);
}

/** Whether a file below `folder` is being written. */
export function hasUnfinished(folder: string): boolean {
  return filesBelow(folder).some((path) => path.includes("unfinished"));
}
