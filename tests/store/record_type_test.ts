import assert from "node:assert/strict";
import { FileDecoder } from "../../src/feed/decode/decode.ts";
import { BatchBuilder } from "../../src/feed/decode/batch_builder.ts";
import { newScanner } from "../../src/feed/decode/new_scanner.ts";
import {
  columnIndex,
  publishedType,
  type PublishedTypeNames,
  type RecordType,
  recordType,
} from "../../src/feed/records/record_type.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { examine } from "../../src/store/examine.ts";
import { IdentitySet } from "../../src/store/identity_set.ts";
import { writeMonth } from "../../src/store/month/month.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { compareRows } from "../../src/store/order.ts";
import { Runs } from "../../src/store/runs.ts";
import { salvagePartition } from "../../src/store/salvage.ts";
import { MONTH_FILE } from "../../src/store/month/stored_month.ts";
import { openStored, PARTITION_FILE } from "../../src/store/stored_partition.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import { ledgerOf, PUBLICATION } from "./parquet_files.ts";

/** Another record type than trades: rows without an id, other columns in another order. `src/` does not know it. */
const NAMES: PublishedTypeNames = {
  name: "bids",
  noun: "bid",
  columns: [
    ["era", "text", ""],
    ["size", "int32", "", { first: ["n"], second: ["size"] }],
    ["bid", "double", "", { first: ["b"], second: ["bid"] }],
    ["symbol", "text", "", { first: ["s"], second: ["symbol"] }],
    ["at", "time", "", { first: ["t"], second: ["at"] }],
    ["heard", "time", "", { first: ["h"], second: ["heard"] }],
    ["more", "text", ""],
  ],
  identity: ["symbol", "at", "bid"],
  id: null,
  order: ["symbol", "at"],
  required: "symbol",
  varied: [],
  core: ["bid"],
  time: { event: "at", published: "heard" },
  era: "era",
  extra: "more",
  unstored: null,
  earlier: null,
};
const BIDS = publishedType(NAMES);
const BATCH_ROWS = 64;
const PUBLISHED = { ...PUBLICATION, type: BIDS };

/** Bid number `i` as the exchange might write it: for one of three symbols, each bid twice, unordered. */
function bid(i: number): Record<string, unknown> {
  const number = (i * 37) % 100;
  const at = `2026-09-01T08:00:${String(number % 60).padStart(2, "0")}.000000001Z`;
  const bid = number / 4;
  return i < 100
    ? { s: `S${number % 3}`, t: at, h: at, b: bid, n: i }
    : { symbol: `S${number % 3}`, at, heard: at, bid, size: i, seller: "x" };
}

/** What must be stored of these bids: the first of each, in order. */
function stored(bids: readonly Record<string, unknown>[]): Row[] {
  const rows = bids.map((bid): Row => {
    const at = Temporal.Instant.from(String(bid.t ?? bid.at)).epochNanoseconds;
    return {
      era: "t" in bid ? "first" : "second",
      size: Number(bid.n ?? bid.size),
      bid: Number(bid.b ?? bid.bid),
      symbol: String(bid.s ?? bid.symbol),
      at,
      heard: at,
      ..."seller" in bid ? { more: '{"seller":"x"}' } : {},
    };
  });
  const first = new Map(rows.toReversed().map((row) => [`${row.symbol} ${row.at} ${row.bid}`, row]));
  return [...first].toSorted(([, a], [, b]) =>
    String(a.symbol).localeCompare(String(b.symbol)) || Number(a.at as bigint - (b.at as bigint)) ||
    Number(a.bid) - Number(b.bid)
  ).map(([, row]) => row);
}

/** Decodes lines and publishes their rows as those of one minute. */
async function publish(path: string, folder: string, minute: string, lines: readonly string[]) {
  using runs = new Runs(folder);
  const scanner = newScanner(new BatchBuilder(BIDS, BATCH_ROWS));
  const decoder = new FileDecoder(scanner, (batch) => runs.add(batch));
  decoder.push(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
  const decoded = decoder.finish();
  runs.add(scanner.builder.take());
  const published = await publishPartition(path, runs.sources(), ledgerOf(minute, decoded.rows), PUBLISHED);
  return { decoded, published };
}

async function read(path: string, type: RecordType): Promise<Row[]> {
  using file = Deno.openSync(path);
  const { batches } = await openStored(path, file, type);
  return (await Array.fromAsync(batches())).flatMap(rowsOf);
}

Deno.test("records of another type are decoded, sorted, merged, stored, checked and read back", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("bids.parquet");
  const bids = Array.from({ length: 250 }, (_, i) => bid(i));
  const lines = bids.map((bid) => JSON.stringify(bid));

  const first = await publish(path, dir.of("runs"), "0800", [...lines.slice(0, 150), '{"bid":1}']);
  assert.deepEqual(first.decoded.examples, [{ line: 151, reason: "without symbol" }]);
  assert.deepEqual([...first.decoded.unknownKeys], [["seller", 50]]);
  const second = await publish(path, dir.of("runs"), "0801", lines.slice(150));
  assert.deepEqual(second.published, { rows: 100, added: 0, duplicates: 100, conflicts: 100 });

  assert.deepEqual(await read(path, BIDS), stored(bids));
  const examined: Row[] = [];
  await examine(path, BIDS, PARTITION_FILE, (piece) => void examined.push(...rowsOf(piece)));
  assert.deepEqual(examined, stored(bids));
  assert.equal((await salvagePartition(path, BIDS)).intactRows, 100);
  await monthHolds(dir.of("month.parquet"), path, stored(bids));
  await duckdbReads(path);
});

async function monthHolds(path: string, day: string, rows: readonly Row[]): Promise<void> {
  await writeMonth(path, [{ date: "2026-09-01", path: day }], PUBLISHED);
  const found: Row[] = [];
  await examine(path, BIDS, MONTH_FILE, (piece) => void found.push(...rowsOf(piece)));
  assert.deepEqual(found, rows);
}

async function duckdbReads(path: string): Promise<void> {
  using database = await duckdb();
  const schema = await database.rows(`SELECT name FROM parquet_schema('${path}')`);
  assert.deepEqual(schema.map(({ name }) => name), ["bids", ...BIDS.columns.map(({ name }) => name)]);
  const [{ rows }] = await database.rows(`SELECT count(*)::INT AS rows FROM '${path}' WHERE symbol = 'S1'`);
  assert.equal(rows, 33);
}

Deno.test("rows that the exchange does not publish have neither keys nor eras, and are stored like others", async () => {
  using dir = temporaryDirectory();
  const { columns, core: _, time: __, era: ___, extra: ____, ...names } = NAMES;
  const own = recordType({ ...names, columns: columns.map(([name, kind]) => [name, kind, ""]) });
  const builder = new BatchBuilder(own, 2);
  for (const [symbol, bid] of [["S", 2.5], ["R", 1]]) {
    builder.put(columnIndex(own, "symbol"), symbol);
    builder.put(columnIndex(own, "bid"), bid);
    builder.endRow();
  }
  const path = dir.of("own.parquet");
  using runs = new Runs(dir.of("runs"));
  runs.add(builder.take());
  await publishPartition(path, runs.sources(), ledgerOf("0800", 2), { ...PUBLICATION, type: own });
  assert.deepEqual(await read(path, own), [{ symbol: "R", bid: 1 }, { symbol: "S", bid: 2.5 }]);
});

Deno.test("a file of one record type is not one of another", async () => {
  using dir = temporaryDirectory();
  const path = dir.of("bids.parquet");
  await publish(path, dir.of("runs"), "0800", [JSON.stringify(bid(1))]);
  await assert.rejects(read(path, TRADES), /it has a column era, which this version .* does not know/);
});

Deno.test("for rows without an id, the identity alone says which are the same", async () => {
  const batch = (row: Record<string, unknown>) => {
    const builder = new BatchBuilder(BIDS, 1);
    for (const [name, value] of Object.entries(row)) builder.put(columnIndex(BIDS, name), value);
    builder.endRow();
    return builder.take();
  };
  const [one, other] = [{ symbol: "S", bid: 1, size: 1 }, { symbol: "S", bid: 1, size: 2 }].map(batch);
  async function* source() {
    yield one;
  }
  assert.equal(compareRows(one, 0, other, 0), 0);
  assert.equal((await IdentitySet.of(source())).countOthers(other), 0);
});

Deno.test("a record type must have the columns that it names, and be sorted by a text that each row has", () => {
  const made = (names: Partial<PublishedTypeNames>) => () => publishedType({ ...NAMES, ...names });
  assert.throws(made({ extra: "rest" }), /bids have no column rest/);
  assert.throws(made({ order: ["at"] }), /bids must be sorted by a text that each row has/);
  assert.throws(made({ required: "at", order: ["at"] }), /bids must be sorted by a text that each row has/);
  assert.throws(made({ order: ["symbol", "bid"] }), /the identity of bids must begin with their order/);
  assert.throws(made({ id: "size" }), /the id of bids must be of that kind/);
});
