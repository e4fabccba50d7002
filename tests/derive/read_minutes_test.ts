import assert from "node:assert/strict";
import { PartitionIndex } from "../../src/derive/partition_index.ts";
import { type PlainRow, plainRows } from "../../src/derive/plain_rows.ts";
import { readMinutes } from "../../src/derive/read_minutes.ts";
import { BARS_1M } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { trade } from "../store/trades.ts";
import { publishRows, refresh } from "./stores.ts";
import { bytesRead } from "./bytes_read.ts";

const DAY = "2026-09-01";
/** One day in Frankfurt. */
const MINUTES = 1_300;

/** One trade per minute, with values that cannot be compressed well. */
function rowsOf(isin: string, n: number) {
  return Array.from({ length: MINUTES }, (_, i) => {
    const trading_date_time = new Date(Date.UTC(2026, 8, 1, 0, i)).toISOString();
    const price = Math.sin(n * MINUTES + i);
    return { date: DAY, row: trade({ isin, transaction_id: `${i}`, trading_date_time, price }) };
  });
}

Deno.test("for the stored bars of one ISIN only its row groups and the footer are read", async () => {
  using dir = temporaryDirectory();
  const isins = Array.from({ length: 30 }, (_, i) => `XX${String(i).padStart(10, "0")}`);
  await publishRows(dir.path, "DETR", isins.flatMap(rowsOf));
  await refresh(dir.path, "DETR");
  const layout = new Layout(dir.path);
  const path = layout.partition(BARS_1M, "DETR", DAY);
  using db = await duckdb();
  const groups = await db.rows(
    `SELECT max(stats_min_value) FILTER (path_in_schema = 'isin') <= '${isins[9]}'
       AND min(stats_max_value) FILTER (path_in_schema = 'isin') >= '${isins[9]}' AS has,
       sum(total_compressed_size) AS stored FROM parquet_metadata('${path}') GROUP BY row_group_id`,
  );
  const size = (of: typeof groups) => of.reduce((sum, { stored }) => sum + Number(stored), 0);
  const own = groups.filter(({ has }) => has);
  assert.ok(groups.length >= 4 && own.length <= 2, `${own.length} of ${groups.length} row groups`);
  const footer = Deno.statSync(path).size - size(groups);
  const index = new PartitionIndex(layout, "DETR", () => Promise.resolve());
  await index.sourcesOf(DAY); // remembers the partition's footer
  const bars: PlainRow[] = [];
  const read = await bytesRead(async () => {
    for await (const group of readMinutes(index, DAY, new Set([isins[9]]))) bars.push(...plainRows(group));
  });
  const starts = rowsOf(isins[9], 9).map(({ row }) => String(row.trading_date_time).replace(".000Z", "Z"));
  assert.deepEqual(bars.map(({ start }) => start), starts);
  assert.ok(bars.every(({ isin }) => isin === isins[9]));
  assert.ok(
    read <= size(own) + 3 * footer,
    `${read} bytes; its row groups have ${size(own)}, the footer ${footer}`,
  );
  assert.ok(read < size(groups) / 2, `${read} of ${size(groups)} bytes`);
});
