import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import fc from "fast-check";
import type { Batch } from "../../src/feed/records/batch.ts";
import type { SortedSource } from "../../src/store/merge_sorted.ts";
import { compareRows } from "../../src/store/order.ts";
import { Runs } from "../../src/store/runs.ts";
import { filesBelow } from "../e2e/disk.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { type Row, rowsOf } from "../feed/trade_rows.ts";
import { anyTrade, sortBatch, trade, tradesOf } from "./trades.ts";

Deno.test.sanitizer({ ops: true, resources: true });

async function batchesOf(source: SortedSource): Promise<Batch[]> {
  return await Array.fromAsync(source);
}

async function rowsOfSources(runs: Runs): Promise<Row[][]> {
  return await Promise.all(
    runs.sources().map(async (source) => (await batchesOf(source)).flatMap((batch) => rowsOf(batch))),
  );
}

Deno.test("sources() returns the batches, each sorted, in the order in which they were added, as often as requested", async () => {
  using dir = temporaryDirectory();
  const batches = fc.array(fc.array(anyTrade, { minLength: 1, maxLength: 20 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 60 }), async (batches, mostRows) => {
      using runs = new Runs(dir.of("runs"), mostRows);
      for (const rows of batches) runs.add(tradesOf(rows));
      const sorted = batches.map((rows) => rowsOf(sortBatch(tradesOf(rows))));
      for (let time = 0; time < 2; time++) assert.deepEqual(await rowsOfSources(runs), sorted);
    }),
    { numRuns: 50 },
  );
  assert.ok(!existsSync(dir.of("runs")));
});

Deno.test("batches are written to disk only when they have too many rows; then all of them, and each later one", async () => {
  using dir = temporaryDirectory();
  const batch = (isin: string) => tradesOf([trade({ isin })]);
  {
    using runs = new Runs(dir.of("runs"), 3);
    for (const isin of ["A", "B"]) runs.add(batch(isin));
    assert.deepEqual(filesBelow(dir.path), []);
    runs.add(batch("C"));
    assert.equal(filesBelow(dir.path).length, 3);
    runs.add(batch("D"));
    assert.equal(filesBelow(dir.path).length, 4);
    assert.deepEqual((await rowsOfSources(runs)).flat().map(({ isin }) => isin), ["A", "B", "C", "D"]);
  }
  assert.ok(!existsSync(dir.of("runs")));
});

Deno.test("batches without rows are ignored", () => {
  using dir = temporaryDirectory();
  using runs = new Runs(dir.of("runs"));
  for (let i = 0; i < 3; i++) runs.add(tradesOf([]));
  assert.deepEqual([runs.sources(), filesBelow(dir.path)], [[], []]);
});

Deno.test("a large run is read back in sorted pieces, and a merge holds one of them at a time", async () => {
  using dir = temporaryDirectory();
  using runs = new Runs(dir.of("runs"), 20_000);
  const rows = Array.from({ length: 20_000 }, (_, i) =>
    trade({
      isin: `DE${String((i * 7919) % 20_000).padStart(10, "0")}`,
      trading_date_time: "2262-04-11T23:47:16.854775807Z",
      transaction_id: `${i}😀`,
      algo_indicator: i % 2 === 0 ? "H" : "-",
    }));
  runs.add(tradesOf(rows));
  runs.add(tradesOf([trade()]));
  const pieces = await batchesOf(runs.sources()[0]);
  assert.ok(pieces.length > 1 && pieces.every(({ rows }) => rows <= 8_192));
  for (const [i, piece] of pieces.entries()) {
    for (let row = 1; row < piece.rows; row++) assert.ok(compareRows(piece, row - 1, piece, row) < 0);
    if (i > 0) assert.ok(compareRows(pieces[i - 1], pieces[i - 1].rows - 1, piece, 0) < 0);
  }
  assert.deepEqual(pieces.flatMap((piece) => rowsOf(piece)), rowsOf(sortBatch(tradesOf(rows))));
});

Deno.test("a source that is not read to its end leaves nothing open", async () => {
  using dir = temporaryDirectory();
  using runs = new Runs(dir.of("runs"), 9_000);
  for (let i = 0; i < 2; i++) runs.add(tradesOf(Array.from({ length: 9_000 }, () => trade())));
  for await (const _piece of runs.sources()[0]) break;
});

Deno.test("runs do not read what an earlier process left in their folder", async () => {
  using dir = temporaryDirectory();
  Deno.mkdirSync(dir.of("runs"));
  for (const name of ["0", "1", "2"]) Deno.writeTextFileSync(dir.of("runs", name), "x".repeat(100_000));
  using runs = new Runs(dir.of("runs"), 1);
  for (const isin of ["A", "B"]) runs.add(tradesOf([trade({ isin })]));
  assert.deepEqual((await rowsOfSources(runs)).flat().map(({ isin }) => isin), ["A", "B"]);
});
