import assert from "node:assert/strict";
import fc from "fast-check";
import { viewsOf } from "../../src/derive/views.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { Layout } from "../../src/store/layout.ts";
import {
  type Database,
  duckdb,
  runProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { withViews } from "./judge.ts";
import { publishRows, refresh, refreshMonths } from "./stores.ts";
import { instrumentRows, TRADING_DAYS } from "./stories.ts";

/** Everything that a reader may query; with an ISIN and a time of the made-up trades. */
const ASKED = [
  "trades",
  "trades_corrected",
  "trades_judged",
  "bars_1m",
  "bars_1d",
  "closes",
  "bars_1m_of_trades",
  "bars_1d_of_trades",
  "bars('XX0000000000', '15m')",
  "asof('XX0000000000', '2026-09-01 10:00:00')",
  "quotes",
  "quotes_filled",
  "marks",
  "marks_at('2026-09-01 10:00:00')",
];

const isin = (number: number) => `XX${String(number).padStart(10, "0")}`;

/** Made-up trades of two venues with their corrections, and all bars of them. */
async function storeOf(instruments: number): Promise<TemporaryDirectory> {
  const dir = temporaryDirectory();
  for (const venue of ["DETR", "DEUR"]) {
    const rows = Array.from(
      { length: instruments },
      (_, seed) => fc.sample(instrumentRows(isin(seed)), { numRuns: 1, seed })[0],
    );
    await publishRows(dir.path, venue, rows.flat());
    await refresh(dir.path, venue);
    await refreshMonths(dir.path, venue);
  }
  return dir;
}

/** How many of all files a query reads, as DuckDB's plan says. */
async function filesRead(db: Database, query: string): Promise<string> {
  const plan = String((await db.rows(`EXPLAIN ANALYZE ${query}`))[0].explain_value);
  return /Scanning Files:\s+(\d+\/\d+)/.exec(plan)?.[1] ?? assert.fail(plan);
}

Deno.test("the view of corrected trades tells rows without an id apart by every column that is stored", () => {
  const sql = Deno.readTextFileSync(new URL("../../dist/sql/trades.sql", import.meta.url)).replaceAll(
    /--.*/g,
    "",
  );
  const compared = /PARTITION BY venue,([^]*?)ORDER BY date\b/.exec(sql)![1].match(/\b[a-z_]+\b/g)!;
  assert.deepEqual([...new Set(compared)].sort(), TRADES.columns.map(({ name }) => name).sort());
});

Deno.test("views of a working directory without data, or without bars, are empty and not an error", async () => {
  using dir = temporaryDirectory();
  for (const stored of [[], [{ date: "2026-09-01", row: { isin: isin(0), price: 1 } }]]) {
    await publishRows(dir.path, "DETR", stored);
    using db = await withViews(dir.path);
    for (const asked of ASKED) {
      const expected = asked.startsWith("trades") ? stored.length : 0;
      assert.deepEqual([asked, Number(await db.value(`SELECT count(*) FROM ${asked}`))], [asked, expected]);
    }
  }
});

Deno.test("views have the columns of their folders, in types that do not depend on what is stored", async () => {
  using dir = temporaryDirectory();
  const described = async () => {
    using db = await withViews(dir.path);
    return await Promise.all(ASKED.map((asked) => db.rows(`DESCRIBE FROM ${asked}`)));
  };
  const empty = await described();
  using stored = await storeOf(5);
  Deno.renameSync(stored.of("data"), dir.of("data"));
  assert.deepEqual(await described(), empty);
});

Deno.test("views of some venues have no others", async () => {
  using dir = await storeOf(5);
  using db = await duckdb();
  await db.rows(viewsOf(new Layout(dir.path), ["DEUR", "DFRA"]));
  for (const view of ["trades", "trades_corrected", "bars_1m"]) {
    assert.deepEqual(await db.rows(`SELECT DISTINCT venue FROM ${view}`), [{ venue: "DEUR" }]);
  }
});

Deno.test("a date or a trading day in a query keeps DuckDB from opening the files of others", async () => {
  using dir = await storeOf(40);
  using db = await withViews(dir.path);
  assert.equal(await filesRead(db, "FROM trades WHERE date = '2026-09-01'"), "2/8");
  assert.equal(await filesRead(db, "FROM trades WHERE date > '2026-09-01' AND venue = 'DETR'"), "2/8");
  assert.equal(await filesRead(db, "FROM trades WHERE year = 2026 AND month = 8"), "2/8");
  assert.equal(
    await filesRead(db, "FROM bars_1m WHERE trading_day = '2026-09-02' AND venue = 'DEUR'"),
    "1/4",
  );
  assert.equal(await filesRead(db, `FROM bars('${isin(1)}', '1h') WHERE trading_day = '2026-09-02'`), "2/4");
});

for (const venue of ["DETR", "DEUR"]) {
  Deno.test(`bars(isin, interval) has what the program prints, to the last digit, for ${venue} and every length`, async () => {
    using dir = await storeOf(20);
    using db = await withViews(dir.path);
    for (const length of ["1m", "5m", "15m", "30m", "1h"]) {
      const args = ["--wrk-dir", dir.path, "bars", venue, "--all", "--csv", "--interval", length];
      Deno.writeTextFileSync(dir.of("bars.csv"), (await runProgram(args)).stdout);
      await db.rows(
        `CREATE OR REPLACE TABLE printed AS FROM bars_1m LIMIT 0; ALTER TABLE printed DROP trading_day;
        COPY printed FROM '${dir.of("bars.csv")}' (HEADER)`,
      );
      await db.rows(
        `CREATE OR REPLACE TABLE viewed AS SELECT * EXCLUDE trading_day FROM (${
          Array.from({ length: 20 }, (_, i) => `FROM bars('${isin(i)}', '${length}')`).join(" UNION ALL ")
        }) WHERE venue = '${venue}'`,
      );
      assert.ok(Number(await db.value("SELECT count(*) FROM viewed")) > 10);
      assert.deepEqual(await db.rows("FROM viewed EXCEPT ALL FROM printed LIMIT 3"), []);
      assert.deepEqual(await db.rows("FROM printed EXCEPT ALL FROM viewed LIMIT 3"), []);
    }
  });
}

Deno.test("bars(isin, interval) of days are bars_1d, and closes what the program prints of a day", async () => {
  using dir = await storeOf(20);
  using db = await withViews(dir.path);
  const days = `SELECT * EXCLUDE start FROM (${
    Array.from({ length: 20 }, (_, i) => `FROM bars('${isin(i)}', '1d')`).join(" UNION ALL ")
  })`;
  const columns = (await db.rows(`DESCRIBE ${days}`)).map(({ column_name }) => column_name).join(", ");
  assert.deepEqual(await db.rows(`FROM (${days}) EXCEPT ALL SELECT ${columns} FROM bars_1d`), []);
  assert.deepEqual(await db.rows(`SELECT ${columns} FROM bars_1d EXCEPT ALL FROM (${days})`), []);
  const args = ["closes", "DETR", "DEUR", "--date", TRADING_DAYS[0], "--csv"];
  Deno.writeTextFileSync(dir.of("closes.csv"), (await runProgram(["--wrk-dir", dir.path, ...args])).stdout);
  await db.rows(`CREATE TABLE viewed AS FROM closes WHERE trading_day = '${TRADING_DAYS[0]}';
    CREATE TABLE printed AS FROM closes LIMIT 0; COPY printed FROM '${dir.of("closes.csv")}' (HEADER)`);
  assert.ok(Number(await db.value("SELECT count(*) FROM viewed")) > 10);
  assert.deepEqual(await db.rows("FROM viewed EXCEPT ALL FROM printed"), []);
  assert.deepEqual(await db.rows("FROM printed EXCEPT ALL FROM viewed"), []);
});

for (const venue of ["DETR", "DEUR"]) {
  Deno.test(`trades_corrected has what the program prints of ${venue}, in every column and row`, async () => {
    using dir = await storeOf(40);
    using db = await withViews(dir.path);
    const isins = Array.from({ length: 40 }, (_, i) => isin(i)).join();
    const [from, to] = TRADING_DAYS;
    const args = ["trades", venue, "--isin", isins, "--corrected", "--from", from, "--to", to, "--csv"];
    const { stdout, code } = await runProgram(["--wrk-dir", dir.path, ...args]);
    assert.equal(code, 0);
    Deno.writeTextFileSync(dir.of("trades.csv"), stdout);
    await db.rows(
      `CREATE TABLE viewed AS SELECT venue, * EXCLUDE (venue, year, month, day, date, traded_at, trading_day, place)
      FROM trades_corrected WHERE venue = '${venue}' AND trading_day BETWEEN '${from}' AND '${to}'`,
    );
    await db.rows(
      `CREATE TABLE printed AS FROM viewed LIMIT 0; COPY printed FROM '${dir.of("trades.csv")}' (HEADER)`,
    );
    assert.ok(Number(await db.value("SELECT count(*) FROM viewed")) > 30);
    assert.deepEqual(await db.rows("FROM viewed EXCEPT ALL FROM printed LIMIT 3"), []);
    assert.deepEqual(await db.rows("FROM printed EXCEPT ALL FROM viewed LIMIT 3"), []);
  });
}

Deno.test("asof(isin, time) is, in the last nanosecond of a minute, the close of the last bar that has one", async () => {
  using dir = await storeOf(12);
  using db = await withViews(dir.path);
  const key = "venue, isin, price_currency, contract_date, option_category, strike_price";
  let prices = 0;
  for (let i = 0; i < 12; i++) {
    for (const minute of ["2026-08-31 22:00", "2026-09-01 06:34", "2026-09-02 07:00"]) {
      const asked = `SELECT ${key}, price FROM asof('${isin(i)}', '${minute}:59.999999999')`;
      const barred = `SELECT ${key}, arg_max(close, start) AS price FROM bars_1m
        WHERE isin = '${isin(i)}' AND start <= '${minute}' AND close IS NOT NULL GROUP BY ALL`;
      const lines = await db.rows(asked);
      prices += lines.length;
      assert.deepEqual(await db.rows(`${asked} EXCEPT ALL ${barred}`), []);
      assert.equal(lines.length, Number(await db.value(`SELECT count(*) FROM (${barred})`)));
    }
  }
  assert.ok(prices > 3, `${prices}`);
});
