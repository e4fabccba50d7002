import assert from "node:assert/strict";
import fc from "fast-check";
import { LAKE_DATASETS } from "../../../src/derive/lake/exported_datasets.ts";
import { exportMonth } from "../../../src/derive/lake/export_month.ts";
import { LakeLayout } from "../../../src/store/lake_layout.ts";
import { Layout } from "../../../src/store/layout.ts";
import { type Database, duckdb, partitionPath, temporaryDirectory } from "../../e2e/harness.ts";
import { publish } from "../../store/parquet_files.ts";
import { anyRow, distinct, EXTREMES, instant, LAST_NANO } from "../../store/parquet/any_row.ts";
import { trade, type TradeInput } from "../../store/trades.ts";
import { assertSameRows, asStored } from "./stored_lake.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const DAYS = ["2026-09-01", "2026-09-02"];

/** Stores rows of two days and exports their month; returns the path of its file, and where the days lie. */
async function exported(dir: string, days: readonly (readonly TradeInput[])[]) {
  for (const [i, rows] of days.entries()) await publish(partitionPath(dir, "DETR", DAYS[i]), "08_34", rows);
  const tools = {
    layout: new Layout(dir),
    lake: new LakeLayout(`${dir}/lake`),
    createdBy: "a test",
    breathe: () => Promise.resolve(),
  };
  const { path, rows } = await exportMonth(LAKE_DATASETS.trades, "DETR", "2026-09", tools);
  return { path, rows, stored: `${dir}/data/de/xetra/trades/*/*/*/*/trades.parquet` };
}

async function assertExportedWhole(database: Database, days: readonly (readonly TradeInput[])[]) {
  using dir = temporaryDirectory();
  const { path, stored } = await exported(dir.path, days);
  const read = (files: string) => `read_parquet('${files}', hive_partitioning = false)`;
  await assertSameRows(database, asStored(read(path)), `FROM ${read(stored)}`);
}

Deno.test("a month has each trade of its days, and gives every kind of value back, with nulls and extremes", async () => {
  using database = await duckdb();
  const finite = anyRow.filter((row) => !Object.values(row).includes(instant(LAST_NANO))); // DuckDB's infinity
  const rows = fc.array(finite, { minLength: 2, maxLength: 12 }).map(distinct);
  const days = rows.map((rows) => [rows.slice(0, 1), rows.slice(1)]);
  await fc.assert(fc.asyncProperty(days, (days) => assertExportedWhole(database, days)), { numRuns: 10 });
  const extremes = EXTREMES.time.slice(0, -1).map((time, i) =>
    trade({ trading_date_time: time, distribution_time: time, transaction_id: `${i}` })
  );
  await assertExportedWhole(database, [extremes, [trade({ isin: "A" })]]);
});

Deno.test("a time is microseconds, and 0 to 999 nanoseconds to be added, before 1970 as well", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const times = [-1_001n, -1n, 0n, 999n, 1_000n, 1_788_251_640_123_456_789n];
  const { path } = await exported(dir.path, [
    times.map((nanos) => trade({ trading_date_time: instant(nanos) })),
  ]);
  const rows = await database.rows(
    `SELECT epoch_us(trading_date_time)::VARCHAR AS micros, trading_nanos::INT AS nanos,
            typeof(trading_date_time) || ' ' || typeof(trading_nanos) AS types FROM '${path}' ORDER BY ALL`,
  );
  const found = rows.map(({ micros, nanos }) => [BigInt(String(micros)), Number(nanos)]);
  assert.deepEqual(found.toSorted(([a, c], [b, d]) => Number(a) - Number(b) || Number(c) - Number(d)), [
    [-2n, 999],
    [-1n, 999],
    [0n, 0],
    [0n, 999],
    [1n, 0],
    [1_788_251_640_123_456n, 789],
  ]);
  assert.deepEqual(new Set(rows.map(({ types }) => types)), new Set(["TIMESTAMP SMALLINT"]));
});

Deno.test("columns are plain or have a dictionary, are packed by ZSTD, and have no field ids", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const { path } = await exported(dir.path, [[trade({ algo_indicator: "H" }), trade({ isin: "A" })]]);
  const chunks = await database.rows(
    `SELECT DISTINCT encodings, compression FROM parquet_metadata('${path}') ORDER BY ALL`,
  );
  assert.deepEqual(chunks.map(({ encodings, compression }) => `${encodings} ${compression}`), [
    "PLAIN ZSTD",
    "PLAIN, RLE_DICTIONARY ZSTD",
  ]);
  const ids = await database.rows(`SELECT DISTINCT field_id FROM parquet_schema('${path}')`);
  assert.deepEqual(ids, [{ field_id: null }]);
});

Deno.test("a trade that two days have is exported once, as it is in the file of the month", async () => {
  using dir = temporaryDirectory();
  const { rows } = await exported(dir.path, [[trade()], [trade(), trade({ transaction_id: "2" })]]);
  assert.equal(rows, 2);
});
