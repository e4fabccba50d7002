import assert from "node:assert/strict";
import fc from "fast-check";
import { LAKE_DATASETS } from "../../../src/derive/lake/exported_datasets.ts";
import { exportPeriod, type ExportTools } from "../../../src/derive/lake/export_period.ts";
import { LakeLayout } from "../../../src/store/lake_layout.ts";
import { Layout } from "../../../src/store/layout.ts";
import { QUOTES_BY_HOUR } from "../../../src/store/datasets.ts";
import { publishHour } from "../../../src/collect/quotes/publish_hour.ts";
import { NO_FILTER } from "../../../src/feed/quote_filter.ts";
import { HOUR, spooledQuotes } from "../../collect/quotes/hours.ts";
import { filesBelow } from "../../e2e/disk.ts";
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
  const exported = await exportPeriod(LAKE_DATASETS.trades, "DETR", "2026-09", toolsOf(dir));
  assert.ok(exported.kind === "written");
  return { ...exported, stored: `${dir}/data/de/xetra/trades/*/*/*/*/trades.parquet` };
}

function toolsOf(dir: string): ExportTools {
  return {
    layout: new Layout(dir),
    lake: new LakeLayout(`${dir}/lake`),
    createdBy: "a test",
    breathe: () => Promise.resolve(),
  };
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

Deno.test("of quotes a day is a file: it has each quote of its hours, whatever was published, to the nanosecond", async () => {
  const minutes = { from: 8 * 60 + 50, until: 9 * 60 + 10 };
  const spec = { service: "DGAT-pretrade", date: DAYS[0], rows: 60, instruments: 20, minutes, odd: true };
  using quotes = await spooledQuotes("DGAT", ["pretrade"], [spec]);
  const { layout } = quotes.spool;
  for (const hour of [HOUR, `${DAYS[0]}T09`]) {
    const files = quotes.spool.files(DAYS[0]).filter(({ file }) => file.name.includes(hour));
    await publishHour({ ...quotes.publisher, filter: NO_FILTER }, hour, files);
    assert.ok(Deno.statSync(layout.partition(QUOTES_BY_HOUR, "DGAT", hour)).isFile);
  }
  const exported = await exportPeriod(LAKE_DATASETS.quotes, "DGAT", DAYS[0], toolsOf(quotes.path));
  assert.ok(exported.kind === "written" && exported.rows > 1_000);
  using database = await duckdb();
  const read = (files: string) => `read_parquet('${quotes.path}/${files}', hive_partitioning = false)`;
  const stored = `FROM ${read("data/de/xetra/quotes/*/*/*/*/*/quotes.parquet")}`;
  const lake = read("lake/quotes/venue=DGAT/year=2026/month=09/day=01/quotes.parquet");
  await assertSameRows(database, asStored(lake, "quotes"), stored);
  const order = "isin, time, distribution_time";
  assert.deepEqual(
    await database.rows(`SELECT ${order} FROM ${lake}`),
    await database.rows(`SELECT ${order} FROM ${lake} ORDER BY ${order} NULLS LAST`),
  );
});

Deno.test("of a month that has nothing but empty minutes there is no file, and one when it gets a trade", async () => {
  using dir = temporaryDirectory();
  const path = partitionPath(dir.path, "DETR", DAYS[0]);
  await publish(path, "08_34", []);
  const again = () => exportPeriod(LAKE_DATASETS.trades, "DETR", "2026-09", toolsOf(dir.path));
  assert.deepEqual(await again(), { period: "2026-09", kind: "empty" });
  assert.deepEqual(filesBelow(dir.of("lake")), []);
  await publish(path, "08_35", [trade()]);
  assert.equal((await again()).kind, "written");
});

Deno.test("bars of a month are missed when it has trades of its own days, not when it has those of the next month's first day", async () => {
  using dir = temporaryDirectory();
  const barsOf = (month: string) => exportPeriod(LAKE_DATASETS.bars, "DETR", month, toolsOf(dir.path));
  assert.deepEqual(await barsOf("2026-09"), { period: "2026-09", kind: "nothing" });
  const [path, late] = [partitionPath(dir.path, "DETR", "2026-09-30"), "2026-09-30T22:30:00Z"];
  await publish(path, "22_30", [trade({ trading_date_time: late, distribution_time: late })]);
  assert.deepEqual(await barsOf("2026-09"), { period: "2026-09", kind: "empty" });
  const early = "2026-09-30T08:34:00Z";
  await publish(path, "08_34", [trade({ trading_date_time: early, distribution_time: early })]);
  assert.deepEqual(await barsOf("2026-09"), { period: "2026-09", kind: "nothing" });
});
