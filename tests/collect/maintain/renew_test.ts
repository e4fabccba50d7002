import assert from "node:assert/strict";
import { dirname } from "node:path";
import { renewPartitions } from "../../../src/collect/maintain/renew.ts";
import { lookAfter } from "../../../src/collect/maintain/maintenance.ts";
import { TRADES } from "../../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../../src/store/datasets.ts";
import { examine } from "../../../src/store/examine.ts";
import { PARTITION_FILE, readPartition } from "../../../src/store/stored_partition.ts";
import { treeOf } from "../../e2e/evidence.ts";
import { duckdb } from "../../e2e/harness.ts";
import type { Row } from "../../feed/trade_rows.ts";
import { storedRows } from "../../store/parquet_files.ts";
import { lines, Venue } from "../daily_files.ts";
import { clockAt, toolsOf } from "./maintenance_tools.ts";

const OLD = new URL(
  "../../store/written_by_0.1.0/data/de/xetra/trades/venue=DEUR/year=2026/month=09/day=17/trades.parquet",
  import.meta.url,
);
const DATE = "2026-09-17";
const NEVER = new AbortController().signal;

/** Stores a day that version 0.1.0 wrote and a day of this version; returns the glob of both, for DuckDB. */
async function mixed(venue: Venue): Promise<string> {
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.copyFileSync(OLD, path);
  await venue.minute("2026-09-01T09:00", lines("2026-09-01T09:00", 3));
  return `'${venue.layout.ofVenue(TRADES_BY_DAY, "DETR")}/*/*/*/*.parquet'`;
}

const textsOf = (rows: readonly Row[]) =>
  rows.map((row) => JSON.stringify(row, (_key, value) => typeof value === "bigint" ? `${value}` : value))
    .sort();

Deno.test("days of version 0.1.0 are rewritten with the current columns, and a glob over both forms reads all rows", async () => {
  using venue = new Venue();
  using database = await duckdb();
  const all = `SELECT count(*)::INTEGER AS rows, count(contract_type)::INTEGER AS types FROM ${await mixed(
    venue,
  )}`;
  await assert.rejects(database.rows(all), /schema mismatch/);
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  const [rows, before] = [await storedRows(path), await readPartition(path, TRADES)];
  await renewPartitions(venue.publisher);
  assert.deepEqual(await database.rows(all), [{ rows: 38, types: 0 }]);
  const after = await readPartition(path, TRADES);
  assert.deepEqual([after?.rows, after?.ledger], [before?.rows, before?.ledger]);
  assert.deepEqual(textsOf(await storedRows(path)), textsOf(rows));
  assert.equal(
    (await examine(path, TRADES, PARTITION_FILE, () => {}))?.rows,
    rows.length,
    "and in the order of now",
  );
});

Deno.test("days of this version are left as they are, and so is a damaged one", async () => {
  using venue = new Venue();
  await mixed(venue);
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  await renewPartitions(venue.publisher);
  const trees = () => treeOf(venue.layout.venues(TRADES_BY_DAY));
  const before = trees();
  await renewPartitions(venue.publisher);
  assert.deepEqual(trees(), before);
  const damaged = Deno.readFileSync(OLD);
  damaged[damaged.length - 20] ^= 1;
  Deno.writeFileSync(path, damaged);
  await renewPartitions(venue.publisher);
  assert.deepEqual(Deno.readFileSync(path), damaged);
});

Deno.test("the daemon does it once", async () => {
  using venue = new Venue();
  await mixed(venue);
  const path = venue.layout.partition(TRADES_BY_DAY, "DETR", DATE);
  const clock = clockAt(Date.UTC(2026, 8, 18, 12));
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.notDeepEqual(Deno.readFileSync(path), Deno.readFileSync(OLD));
  Deno.copyFileSync(OLD, path);
  clock.millis += 86_400_000;
  await lookAfter("DETR", toolsOf(venue, clock), NEVER);
  assert.deepEqual(Deno.readFileSync(path), Deno.readFileSync(OLD), "no footer is read for it any more");
});
