import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parquetMetadata } from "hyparquet";
import { type DaySpec, generateDay } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { type Era, identityOf, type Trade } from "../../scripts/replica/trade.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { type ArrowValue, readArrow } from "./arrow.ts";
import { duckdb, fetchArgs, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertStoresTruth, COLUMN_TYPES, ledgerLines, storedTable } from "./truth.ts";

const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
const DATE: Record<Era, string> = { "2025-legacy": "2025-10-31", "2026-mifid": "2026-09-01" };
/** More rows than a row group holds. */
const LARGE: DaySpec = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 70_000,
  minutes: { from: 480, until: 510 },
  untidiness: UNTIDY,
};

for (const form of ["whole", "prefixed", "bare"] as const) {
  for (const era of ["2025-legacy", "2026-mifid"] as const) {
    Deno.test(`of four venues, listed by ${form} names in the era ${era}, all is stored`, async () => {
      const days = VENUES.map((venue) => untidyDay(venue, era));
      await using replica = await startReplica({ days, form });
      using dir = temporaryDirectory();
      const { code, stderr } = await runInOneProcess(fetchArgs(replica, dir.path, VENUES));
      assert.equal(code, 0, stderr);
      assert.ok(await assertStoresTruth(dir.path, replica) > 4 * 400);
      for (const day of days) assertParquetWasmAgrees(dir.path, day);
    });
  }
}

Deno.test("a partition has the columns in their order with their types, times to the nanosecond without zone", async () => {
  await using replica = await startReplica({ days: [untidyDay("DEUR", "2026-mifid")] });
  using dir = temporaryDirectory();
  await runInOneProcess(fetchArgs(replica, dir.path, ["DEUR"]));
  using db = await duckdb();
  const described = await db.rows(`DESCRIBE FROM ${storedTable(dir.path)}`);
  const hive = ["year", "month", "day", "venue"];
  assert.deepEqual(
    described.map((row) => [row.column_name, row.column_type]).filter(([name]) =>
      !hive.includes(String(name))
    ),
    COLUMN_TYPES,
  );
  const path = partitionPath(dir.path, "DEUR", "2026-09-01");
  const times = await db.rows(
    `SELECT DISTINCT type, logical_type FROM parquet_schema('${path}') WHERE name LIKE '%time'`,
  );
  assert.equal(times.length, 1);
  assert.match(String(times[0].logical_type), /isAdjustedToUTC=0, .*NANOS/);
});

Deno.test("a partition is sorted, says so, is compressed with ZSTD, and has row groups of 32,768 rows", async () => {
  await using replica = await startReplica({ days: [LARGE] });
  using dir = temporaryDirectory();
  const { code, stderr } = await runInOneProcess(fetchArgs(replica, dir.path));
  assert.equal(code, 0, stderr);
  const rows = await assertStoresTruth(dir.path, replica);
  assert.ok(rows > 65_536);
  const path = partitionPath(dir.path, "DETR", "2026-09-01");
  const { row_groups } = parquetMetadata(Deno.readFileSync(path).buffer);
  assert.deepEqual(row_groups.map(({ num_rows }) => Number(num_rows)), [32_768, 32_768, rows - 65_536]);
  assert.deepEqual(await compressions(path), ["ZSTD"]);
  await assertSorted(path);
  const sorting = [0, 1].map((column_idx) => ({ column_idx, descending: false, nulls_first: false }));
  for (const group of row_groups) assert.deepEqual(group.sorting_columns, sorting);
  const times = readArrow(Deno.readFileSync(path))[1].values as bigint[];
  using db = await duckdb();
  const nanos = await db.value(`SELECT sum(epoch_ns(trading_date_time)) FROM '${path}'`);
  assert.equal(times.reduce((sum, time) => sum + time, 0n), nanos);
});

Deno.test("the ledger in the footer names every source with its rows and its digest", async () => {
  const day = untidyDay("DETR", "2026-mifid");
  await using replica = await startReplica({ days: [day] });
  using dir = temporaryDirectory();
  await runInOneProcess(fetchArgs(replica, dir.path));
  const expected = [...generateDay(day)].map(({ name, trades }) => {
    const digest = createHash("sha256").update(Deno.readFileSync(rawPath(dir.path, name))).digest("hex");
    return `${name.slice(26, 31)} ${trades.length} 0 ${digest.slice(0, 16)}`;
  });
  assert.deepEqual(await ledgerLines(partitionPath(dir.path, "DETR", "2026-09-01")), expected);
});

Deno.test("a date of which all files are empty gets a partition without rows, which grows like any other", async () => {
  const day: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 50, minutes: { from: 418, until: 423 } };
  await using replica = await startReplica({ days: [day], listed: { until: "2026-09-01T06:59" } });
  using dir = temporaryDirectory();
  const path = partitionPath(dir.path, "DETR", "2026-09-01");
  for (const until of ["06:59", "07:00"]) {
    replica.listed.until = `2026-09-01T${until}`;
    const { code, stderr } = await runInOneProcess(fetchArgs(replica, dir.path));
    assert.equal(code, 0, stderr);
    using db = await duckdb();
    assert.equal(await db.value(`SELECT count(*) FROM ${storedTable(dir.path)}`), 0n);
    const columns = readArrow(Deno.readFileSync(path));
    assert.deepEqual(
      columns.map(({ name, values }) => [name, values.length]),
      COLUMN_TYPES.map(([name]) => [name, 0]),
    );
  }
  assert.deepEqual((await ledgerLines(path)).map((line) => line.slice(0, 9)), ["06_58 0 0", "06_59 0 0"]);
  replica.listed.until = null;
  await runInOneProcess(fetchArgs(replica, dir.path));
  assert.equal(await assertStoresTruth(dir.path, replica), 50);
});

function untidyDay(venue: string, era: Era): DaySpec {
  return {
    venue,
    date: DATE[era],
    era,
    trades: 400,
    minutes: { from: 600, until: 615 },
    untidiness: UNTIDY,
  };
}

/** Compares all rows of a partition, as parquet-wasm reads them, with the generator's. */
function assertParquetWasmAgrees(dir: string, day: DaySpec): void {
  const columns = readArrow(Deno.readFileSync(partitionPath(dir, day.venue, day.date)));
  assert.deepEqual(columns.map(({ name }) => name), COLUMN_TYPES.map(([name]) => name));
  const stored = columns[0].values.map((_, row) => columns.map(({ values }) => values[row]));
  assert.deepEqual(sorted(stored), sorted(distinctTrades(day).map(arrowRow)));
}

function distinctTrades(day: DaySpec): Trade[] {
  const trades = new Map<string, Trade>();
  for (const file of generateDay(day)) {
    for (const trade of file.trades) if (!trades.has(identityOf(trade))) trades.set(identityOf(trade), trade);
  }
  return [...trades.values()];
}

/** A trade as Arrow must have it. */
function arrowRow(trade: Trade): ArrowValue[] {
  return COLUMN_TYPES.map(([name, type]) => {
    const value = trade[name as keyof Trade];
    if (value === null) return null;
    switch (type) {
      case "TIMESTAMP_NS":
        return Temporal.Instant.from(`${value}Z`).epochNanoseconds;
      case "BIGINT":
        return BigInt(value);
      case "DATE":
        return Date.parse(`${value}T00:00:00Z`) / 86_400_000;
      default:
        return value;
    }
  });
}

function sorted(rows: readonly ArrowValue[][]): string[] {
  return rows.map((row) => row.map((value) => `${typeof value} ${value}`).join("|")).sort();
}

async function compressions(path: string): Promise<unknown[]> {
  using db = await duckdb();
  const rows = await db.rows(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
  return rows.map(({ compression }) => compression);
}

async function assertSorted(path: string): Promise<void> {
  using db = await duckdb();
  const here = "row(isin, trading_date_time)";
  const disorder = await db.value(
    `SELECT count(*) FROM (SELECT ${here} AS here, lag(${here}) OVER (ORDER BY file_row_number) AS before ` +
      `FROM read_parquet('${path}', file_row_number = true)) WHERE before > here`,
  );
  assert.equal(disorder, 0n);
}
