import assert from "node:assert/strict";
import fc from "fast-check";
import type { ColumnKind } from "../../../src/feed/records/record_type.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { ROW_GROUP_ROWS } from "../../../src/store/parquet/schema.ts";
import { type Database, duckdb, temporaryDirectory } from "../../e2e/harness.ts";
import { rowsOf } from "../../feed/trade_rows.ts";
import { publish, rowsByDuckDB, storedRows } from "../parquet_files.ts";
import { anyRow, distinct, EXTREMES, FIRST_NANO, instant, LAST_NANO } from "./any_row.ts";
import { assertTrueStatistics } from "./statistics.ts";
import { sortBatch, trade, type TradeInput, tradesOf } from "../trades.ts";

Deno.test.sanitizer({ ops: true, resources: true });

async function assertRoundTrip(database: Database, rows: readonly TradeInput[]): Promise<void> {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  await publish(path, "08_34", rows);
  const expected = rowsOf(sortBatch(tradesOf(rows)));
  assert.deepEqual(await storedRows(path), expected);
  assert.deepEqual(await rowsByDuckDB(database, path), expected);
  await assertTrueStatistics(database, path);
}

Deno.test("every kind of column, with nulls and extremes, is read back as it was written, by us and by DuckDB", async () => {
  using database = await duckdb();
  const rows = fc.array(anyRow, { minLength: 1, maxLength: 12 }).map(distinct);
  await fc.assert(fc.asyncProperty(rows, (rows) => assertRoundTrip(database, rows)), { numRuns: 20 });
});

Deno.test("each extreme is read back beside the others, and beside nulls", async () => {
  using database = await duckdb();
  const rows = Array.from({ length: 9 }, (_, i) => {
    const columns = TRADES.columns.flatMap(({ name, kind, required }) => {
      const value = EXTREMES[kind][i];
      return value === undefined ? (required ? [[name, EXTREMES[kind][0]]] : []) : [[name, value]];
    });
    return Object.fromEntries(columns) as TradeInput;
  });
  await assertRoundTrip(database, distinct([...rows, ...rows]));
});

Deno.test("a column with one value throughout is read back as it was written", async () => {
  using database = await duckdb();
  for (
    const [name, value] of [["price_currency", ""], ["price_currency", "😀"], [
      "extra",
      `{"a":"${"é".repeat(20)}"}`,
    ]]
  ) {
    await assertRoundTrip(database, distinct([trade({ [name]: value }), trade({ [name]: value })]));
    await assertRoundTrip(database, distinct([trade({ [name]: value }), trade()]));
  }
  await assertRoundTrip(database, [trade({ notional_amount: -0, quantity: -0 })]);
});

Deno.test("times are read back up to the limits of their 64 bits", async () => {
  using database = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const ends = [-LAST_NANO + 1n, FIRST_NANO - 1n, LAST_NANO];
  const rows = ends.map((nanos) =>
    trade({ trading_date_time: instant(nanos), distribution_time: instant(nanos) })
  );
  await publish(path, "08_34", rows);
  for (const found of [await storedRows(path), await rowsByDuckDB(database, path)]) {
    assert.deepEqual(
      found.map((row) => [row.trading_date_time, row.distribution_time]),
      ends.map((t) => [t, t]),
    );
  }
});

Deno.test("a very long extra is read back completely, and does not enlarge the footer", async () => {
  using database = await duckdb();
  using dir = temporaryDirectory();
  const long = (letter: string) =>
    trade({ extra: `{"${letter}":"${letter.repeat(1_000_000)}"}`, transaction_id: letter });
  await assertRoundTrip(database, [long("a"), long("z"), long("ü"), trade()]);
  await publish(dir.of("trades.parquet"), "08_34", [long("a"), long("z")]);
  assert.ok(Deno.statSync(dir.of("trades.parquet")).size < 20_000);
});

Deno.test("half of a surrogate pair is stored as U+FFFD, and is the same trade when it comes again", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const halves = ["\ud83d", "\ude00"].map((half) => trade({ isin: `A${half}`, transaction_id: `x${half}y` }));
  await publish(path, "08_34", halves);
  const { added } = await publish(path, "08_35", halves);
  assert.equal(added, 0);
  assert.deepEqual((await storedRows(path)).map(({ transaction_id }) => transaction_id), ["x\ufffdy"]);
});

Deno.test("rows of several row groups are sorted over all of them, and each group has its own bounds", async () => {
  using database = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const rows = Array.from({ length: ROW_GROUP_ROWS + 500 }, (_, i) =>
    trade({
      isin: `DE${String((i * 7919) % 997).padStart(10, "0")}`,
      transaction_id: String(i),
      price: (i % 1000) / 8,
      ...i % 2 === 0 ? { tick_id: i, trading_mode: "2" } : {},
    }));
  await publish(path, "08_34", rows);
  assert.deepEqual(await storedRows(path), rowsOf(sortBatch(tradesOf(rows))));
  await assertTrueStatistics(database, path);
  const sql = `SELECT count(*) FROM '${path}' WHERE isin = 'DE0000000017' AND price < 60`;
  const expected = rows.filter(({ isin, price }) => isin === "DE0000000017" && Number(price) < 60).length;
  assert.equal(Number(await database.value(sql)), expected);
});

Deno.test("DuckDB finds each extreme by a filter, which leaves out row groups by their statistics", async () => {
  using database = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const doubles = EXTREMES.double.map((price, i) =>
    trade({ price, strike_price: price, transaction_id: String(i) })
  );
  const texts = EXTREMES.text.map((text, i) => trade({ source_name: text, transaction_id: `t${i}` }));
  await publish(path, "08_34", [...doubles, ...texts]);
  for (const price of EXTREMES.double) {
    const sql = `SELECT count(*) FROM '${path}' WHERE strike_price = CAST('${price}' AS DOUBLE)`;
    assert.equal(Number(await database.value(sql)), price === 0 ? 2 : 1, String(price));
  }
  for (const text of EXTREMES.text.map(String).filter((text) => text !== "\u0000")) {
    const sql = `SELECT count(*) FROM '${path}' WHERE source_name = '${text.replaceAll("'", "''")}'`;
    assert.equal(Number(await database.value(sql)), 1, text);
  }
});

Deno.test("columns have the names, the order and the types that readers rely on", async () => {
  using database = await duckdb();
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  await publish(path, "08_34", [trade()]);
  const types = await database.rows(`DESCRIBE FROM '${path}'`);
  const NAMES: Record<ColumnKind, string> = {
    text: "VARCHAR",
    id: "VARCHAR",
    time: "TIMESTAMP_NS",
    micros: "TIMESTAMP",
    double: "DOUBLE",
    int64: "BIGINT",
    int32: "INTEGER",
    int16: "SMALLINT",
    flag: "BOOLEAN",
    date: "DATE",
  };
  const found = types.map(({ column_name, column_type }) => [column_name, column_type]);
  assert.deepEqual(found, TRADES.columns.map(({ name, kind }) => [name, NAMES[kind]]));
  const createdBy = `SELECT created_by FROM parquet_file_metadata('${path}')`;
  assert.equal(await database.value(createdBy), "a test");
});
