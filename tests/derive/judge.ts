/** DuckDB as the judge: the views of `dist/sql`, written apart from the program, against the bars that it stored. */
import assert from "node:assert/strict";
import { BARS_1M_ROWS } from "../../src/feed/records/bars.ts";
import { type Database, duckdb, type Row } from "../e2e/harness.ts";

const VIEWS = new URL("../../dist/sql/views.sql", import.meta.url);

/** A DuckDB with the views over what is stored below a working directory. */
export async function withViews(dir: string): Promise<Database> {
  const db = await duckdb();
  await db.rows(Deno.readTextFileSync(VIEWS).replaceAll("{data}", `${dir}/data/de/xetra`));
  return db;
}

/** Asserts that the stored bars of a minute are those of the views, in every column and row. Returns how many there are. */
export async function assertBarsAgree(dir: string): Promise<number> {
  using db = await withViews(dir);
  const columns = BARS_1M_ROWS.columns.map(({ name }) => name).join(", ");
  const day = "concat_ws('-', year, month, day)";
  await db.rows(
    `CREATE TABLE stored AS SELECT venue, ${day} AS trading_day, ${columns} FROM read_parquet(` +
      `'${dir}/data/de/xetra/bars_1m/*/*/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)`,
  );
  await db.rows(
    `CREATE TABLE judged AS SELECT venue, trading_day::VARCHAR AS trading_day, ${columns} FROM bars_1m`,
  );
  assert.deepEqual(await onlyIn(db, "judged", "stored"), [], "bars that are missing");
  assert.deepEqual(await onlyIn(db, "stored", "judged"), [], "bars that are too many");
  return Number(await db.value("SELECT count(*) FROM stored"));
}

function onlyIn(db: Database, one: string, other: string): Promise<Row[]> {
  return db.rows(`FROM (FROM ${one} EXCEPT ALL FROM ${other}) ORDER BY ALL LIMIT 3`);
}
