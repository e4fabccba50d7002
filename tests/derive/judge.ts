/**
 * DuckDB as the judge: the views of `dist/sql`, written independently of the program, against the bars that it
 * stored.
 */
import assert from "node:assert/strict";
import { viewsOf } from "../../src/derive/views.ts";
import { Layout } from "../../src/store/layout.ts";
import { type Database, duckdb, type Row } from "../e2e/harness.ts";

/** A DuckDB with the views over what is stored below a working directory. */
export async function withViews(dir: string): Promise<Database> {
  const db = await duckdb();
  await db.rows(viewsOf(new Layout(dir), []));
  return db;
}

/**
 * Asserts that the stored bars, by default of a minute, are those that the views make from trades, in every column
 * and row. Returns how many there are.
 */
export async function assertBarsAgree(dir: string, bars: "bars_1m" | "bars_1d" = "bars_1m"): Promise<number> {
  using db = await withViews(dir);
  await db.rows(`CREATE TABLE stored AS FROM ${bars}`);
  await db.rows(`CREATE TABLE judged AS SELECT ${await columnsOf(db, "stored")} FROM ${bars}_of_trades`);
  assert.deepEqual(await onlyIn(db, "judged", "stored"), [], "bars that are missing");
  assert.deepEqual(await onlyIn(db, "stored", "judged"), [], "bars that are too many");
  return Number(await db.value("SELECT count(*) FROM stored"));
}

/** Asserts that the CSV of the command `closes` is what the trades give for a day. Returns how many closes there are. */
export async function assertClosesAgree(dir: string, date: string, csv: string): Promise<number> {
  using db = await withViews(dir);
  const columns = await db.rows("DESCRIBE closes");
  const types = columns.map(({ column_name, column_type }) => `'${column_name}': '${column_type}'`).join(
    ", ",
  );
  await db.rows(`CREATE TABLE printed AS FROM read_csv('${csv}', header = true, columns = {${types}})`);
  await db.rows(
    `CREATE TABLE judged AS SELECT ${await columnsOf(db, "printed")} FROM bars_1d_of_trades
     WHERE trading_day = DATE '${date}'`,
  );
  assert.deepEqual(await onlyIn(db, "judged", "printed"), [], "closes that are missing");
  assert.deepEqual(await onlyIn(db, "printed", "judged"), [], "closes that are too many");
  return Number(await db.value("SELECT count(*) FROM printed"));
}

async function columnsOf(db: Database, table: string): Promise<string> {
  return (await db.rows(`DESCRIBE ${table}`)).map(({ column_name }) => column_name).join(", ");
}

function onlyIn(db: Database, one: string, other: string): Promise<Row[]> {
  return db.rows(`FROM (FROM ${one} EXCEPT ALL FROM ${other}) ORDER BY ALL LIMIT 3`);
}
