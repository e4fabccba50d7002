import assert from "node:assert/strict";
import { join } from "node:path";
import { publishDay, runJob } from "../../scripts/bench/fresh.ts";
import { DATE, makeInputs, VENUE } from "../../scripts/bench/inputs.ts";
import { median } from "../../scripts/bench/table.ts";
import { secondsUnder } from "../../scripts/bench/under_quota.ts";
import { EXCHANGE_QUOTA } from "../../src/feed/quota.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";

Deno.test("the benchmark compares like with like: DuckDB's file holds the trades of ours", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const { day, hour, beforeHour } = await makeInputs(dir.path, { day: 2_000, grown: 1_000, large: 0 });
  assert.equal(hour.trades + beforeHour.trades, 1_000);
  assert.deepEqual([day.files, hour.files, beforeHour.files], [1_320, 60, 1_260]);
  const [ours, theirs] = [day.layout.partition(VENUE, DATE), join(dir.path, "duckdb.parquet")];
  const published = await publishDay(day.layout);
  const written = await runJob("duckdb", day.layout.workingDirectory, "2", theirs);
  assert.deepEqual([published.rows, written.rows], [2_000, 2_000]);
  assert.deepEqual([published.bytes, written.bytes], [ours, theirs].map((path) => Deno.statSync(path).size));
  const [columns] = await database.rows(
    `SELECT string_agg(name, ', ') AS names FROM parquet_schema('${theirs}') WHERE type IS NOT NULL`,
  );
  for (const [a, b] of [[ours, theirs], [theirs, ours]]) {
    const difference = `SELECT ${columns.names} FROM '${a}' EXCEPT ALL SELECT ${columns.names} FROM '${b}'`;
    assert.deepEqual(await database.rows(difference), []);
  }
});

Deno.test("secondsUnder() is the program's own arithmetic: a second burst waits a window and its slack", () => {
  assert.equal(secondsUnder(EXCHANGE_QUOTA, 30), 0);
  assert.equal(secondsUnder(EXCHANGE_QUOTA, 60), 60.6);
});

Deno.test("median() is the middle value, or the lower one of two", () => {
  assert.equal(median([5, 1, 3, 2, 4]), 3);
  assert.equal(median([2, 1]), 1);
});
