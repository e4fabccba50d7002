import assert from "node:assert/strict";
import { TRADES } from "../../src/feed/records/trades.ts";
import { TRADES_BY_DAY, TRADES_BY_MONTH } from "../../src/store/datasets.ts";
import { examine } from "../../src/store/examine.ts";
import { inPresentOrder } from "../../src/store/first_version.ts";
import { Layout } from "../../src/store/layout.ts";
import { compareRows } from "../../src/store/order.ts";
import { MONTH_FILE } from "../../src/store/month/stored_month.ts";
import { PARTITION_FILE, readPartition } from "../../src/store/stored_partition.ts";
import { salvagePartition } from "../../src/store/salvage.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import { publish, rowsByDuckDB, storedRows } from "./parquet_files.ts";
import { sortBatch, trade, tradesOf } from "./trades.ts";
import type { Batch } from "../../src/feed/records/batch.ts";

/** What version 0.1.0 (commit bb55d58) stored of two made-up minutes of Eurex, and their month file. */
const WRITTEN = new Layout(new URL("written_by_0.1.0", import.meta.url).pathname);
const DAY = WRITTEN.partition(TRADES_BY_DAY, "DEUR", "2026-09-17");
const MONTH = WRITTEN.partition(TRADES_BY_MONTH, "DEUR", "2026-09");
const ROWS = 35;

const ofTie = ({ price_currency, modification_flag }: Row) => [price_currency, modification_flag];

function inOrder(rows: readonly Batch[]): boolean {
  return rows.every((batch) =>
    Array.from({ length: batch.rows - 1 }, (_, row) => compareRows(batch, row, batch, row + 1)).every((
      order,
    ) => order < 0)
  );
}

Deno.test("a partition and a month file of version 0.1.0 are intact, with all rows and the ledger", async () => {
  const pieces: Batch[] = [];
  const partition = await examine(DAY, TRADES, PARTITION_FILE, (piece) => void pieces.push(piece));
  assert.deepEqual([partition?.rows, [...partition!.ledger.keys()]], [ROWS, ["15_05", "15_06", "15_07"]]);
  assert.ok(inOrder(pieces));
  const month = await examine(MONTH, TRADES, MONTH_FILE, () => {});
  assert.deepEqual([month?.rows, month?.days.map(({ date }) => date)], [ROWS, ["2026-09-17"]]);
});

Deno.test("its rows are those that DuckDB reads; the columns that it lacks are null", async () => {
  using database = await duckdb();
  const sorted = (rows: readonly Row[]) =>
    rows.map((row) => JSON.stringify(row, (_key, value) => typeof value === "bigint" ? `${value}` : value))
      .sort();
  const rows = await storedRows(DAY);
  const byDuckDB = await database.rows(`DESCRIBE FROM '${DAY}'`);
  assert.ok(!byDuckDB.some(({ column_name }) => column_name === "contract_type"));
  await database.rows(`CREATE VIEW first AS FROM '${DAY}'`);
  const columns = ["contract_type", "settlement_method", "clearing_flag", "pending_price", "price_forming"];
  const later = [...columns, "deferral_type", "generation_number", "exercise_style"];
  const path = `${Deno.makeTempDirSync()}/first.parquet`;
  await database.rows(
    `COPY (SELECT *, ${later.map((name) => `NULL::VARCHAR AS ${name}`).join(", ")} FROM first) TO '${path}'`,
  );
  assert.deepEqual(sorted(rows), sorted(await rowsByDuckDB(database, path)));
  Deno.removeSync(path.slice(0, -"/first.parquet".length), { recursive: true });
  assert.ok(
    rows.every(({ extra, contract_type }) => String(extra).includes("contractType") && !contract_type),
  );
});

Deno.test("trades are added to it in the current order, also where rows differ only in the currency and later columns", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const path = dir.of("trades.parquet");
  Deno.copyFileSync(DAY, path);
  const before = (await rowsByDuckDB(database, path)).filter(({ price }) => price === 6300.5);
  assert.deepEqual(before.slice(0, 2).map(ofTie), [["USD", "-"], ["EUR", "C"]], "the order of version 0.1.0");
  const { added, rows } = await publish(path, "15_08", [{ isin: "DE0009652388" }]);
  assert.deepEqual([added, rows], [1, ROWS + 1]);
  const after = (await storedRows(path)).filter(({ price }) => price === 6300.5);
  assert.deepEqual(after.slice(0, 2).map(ofTie), [["EUR", "C"], ["USD", "-"]]);
  assert.equal((await examine(path, TRADES, PARTITION_FILE, () => {}))?.rows, ROWS + 1);
  assert.equal((await readPartition(path, TRADES))?.ledger.size, 4);
  assert.deepEqual(await storedRows(path), await rowsByDuckDB(database, path));
});

Deno.test("storing its trades again adds none", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  Deno.copyFileSync(DAY, path);
  const again = (await storedRows(DAY)).filter(({ transaction_id }) => transaction_id !== undefined);
  const { added, duplicates } = await publish(path, "15_08", again.map(asInput));
  assert.deepEqual([added, duplicates], [0, again.length]);
});

Deno.test("its row groups are salvaged when its footer is damaged", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("trades.parquet");
  const bytes = Deno.readFileSync(DAY);
  bytes[bytes.length - 6] ^= 1; // the length of the footer
  Deno.writeFileSync(path, bytes);
  const salvage = await salvagePartition(path, TRADES);
  assert.equal(salvage.ledger?.size, 3);
  const rows = (await Array.fromAsync(salvage.batches())).flatMap((trades) => rowsOf(trades));
  assert.deepEqual(rows, (await Array.fromAsync(inPresentOrder(single(tradesOfDay(rows))))).flatMap(rowsOf));
  assert.equal(rows.length, ROWS);
});

Deno.test("rows that agree up to the currency are put in order however they are cut into batches", async () => {
  const rows = ["USD", "CHF", "EUR", "CHF"].flatMap((price_currency, i) =>
    ["-", "C"].map((modification_flag) =>
      trade({ price_currency, modification_flag, quantity: i < 2 ? 1 : 2, transaction_id: "7" })
    )
  );
  const expected = rowsOf(sortBatch(tradesOf(rows)));
  for (const size of [1, 2, 3, 8]) {
    const batches = Array.from(
      { length: Math.ceil(rows.length / size) },
      (_, i) => tradesOf(rows.slice(i * size, (i + 1) * size)),
    );
    const found = await Array.fromAsync(inPresentOrder(asyncOf(batches)));
    assert.deepEqual(found.flatMap(rowsOf), expected, `batches of ${size}`);
  }
});

function asInput(row: Row) {
  const times = ["trading_date_time", "distribution_time"];
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (times.includes(name)) {
        return [name, Temporal.Instant.fromEpochNanoseconds(value as bigint).toString()];
      }
      if (name === "contract_date") {
        return [name, new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)];
      }
      return [name, value as string | number];
    }),
  );
}

function tradesOfDay(rows: readonly Row[]): Batch {
  return tradesOf(rows.map(asInput));
}

async function* single(trades: Batch): AsyncGenerator<Batch> {
  yield trades;
}

async function* asyncOf(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}
