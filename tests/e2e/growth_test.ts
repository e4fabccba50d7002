import fc from "fast-check";
import assert from "node:assert/strict";
import { type DaySpec, minuteNames } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { treeOf } from "./evidence.ts";
import { downloadsDuring, duckdb, fetchArgs, partitionPath, temporaryDirectory } from "./harness.ts";
import { DATE, fetchDetr, MORNING } from "./morning.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

const DAY: DaySpec = { ...MORNING, minutes: { from: 480, until: 504 } };

Deno.test("a second run downloads nothing and changes no byte", async () => {
  const days = [DAY, { ...DAY, venue: "DEUR", minutes: { from: -30, until: 30 }, opens: 60 }];
  await using replica = await startReplica({ days, daily: true });
  using dir = temporaryDirectory();
  const args = fetchArgs(replica, dir.path, ["DETR", "DEUR"]);
  assert.equal((await runInOneProcess(args)).code, 0);
  const before = treeOf(dir.of("data"));
  assert.ok(before.length > 4);
  const downloads = await downloadsDuring(replica, async () => {
    const { code, stderr } = await runInOneProcess(args);
    assert.equal(code, 0, stderr);
    for (const venue of ["DETR", "DEUR"]) {
      assert.ok(stderr.includes(`All available data already stored for ${venue}`), stderr);
    }
  });
  assert.deepEqual(downloads, []);
  assert.deepEqual(treeOf(dir.of("data")), before);
});

Deno.test("minutes that appear between runs make the partition grow; it loses no row and no ledger entry", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  const path = partitionPath(dir.path, "DETR", DATE);
  let [ledger, copy] = [[] as string[], dir.of("before-0")];
  for (const [i, minute] of [483, 484, 490, 504].entries()) {
    replica.listed.until = `${DATE}T08:${String(minute - 480).padStart(2, "0")}`;
    const { code, stderr } = await fetchDetr(replica, dir.path);
    assert.equal(code, 0, stderr);
    const grown = await ledgerLines(path);
    assert.equal(grown.length, minute - 480);
    assert.deepEqual(grown.filter((line) => ledger.includes(line)), ledger);
    if (i > 0) assert.deepEqual(await lostRows(copy, path), []);
    [ledger, copy] = [grown, dir.of(`before-${i + 1}`)];
    Deno.copyFileSync(path, copy);
  }
  await assertStoresTruth(dir.path, replica);
});

Deno.test("in whatever order minute files and the daily file come over several runs, the table is the same", async () => {
  const names = [...minuteNames(DAY), "DETR-posttrade-daily-2026-09-01.json.gz"];
  await using replica = await startReplica({ days: [DAY], daily: true });
  const comesInRun = fc.array(fc.nat({ max: 2 }), { minLength: names.length, maxLength: names.length });
  const law = fc.asyncProperty(comesInRun, async (runs) => {
    using dir = temporaryDirectory();
    for (const now of [0, 1, 2]) {
      replica.clearFaults();
      replica.inject("download", fault.status(404), { name: (name) => runs[names.indexOf(name)] > now });
      const { code, stderr } = await fetchDetr(replica, dir.path);
      assert.ok(code === 0 || (code === 3 && now < 2), stderr);
    }
    await assertStoresTruth(dir.path, replica);
  });
  await fc.assert(law, { numRuns: 5, seed: 1, endOnFailure: true });
});

/** Rows of the partition at `before` that the one at `after` does not have. */
async function lostRows(before: string, after: string): Promise<unknown[]> {
  using db = await duckdb();
  return await db.rows(
    `FROM read_parquet('${before}') EXCEPT ALL FROM read_parquet('${after}', hive_partitioning = false)`,
  );
}
