import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, onlyErrorOf, treeOf } from "./evidence.ts";
import { downloadsDuring, duckdb, fetchArgs, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DATE, MORNING } from "./morning.ts";
import { assertStoresTruth } from "./truth.ts";
import { flip } from "./verified.ts";

const DAY: DaySpec = { ...MORNING, trades: 500, minutes: { from: 480, until: 490 } };
const SECOND_HALF = [5, 6, 7, 8, 9].map((minute) => `DETR-posttrade-2026-09-01T08_0${minute}.json.gz`);

type Damage = (path: string) => void | Promise<void>;

const DAMAGES: Record<string, Damage> = {
  "cut short": (path) => Deno.truncateSync(path, Deno.statSync(path).size - 100),
  "cut to nothing": (path) => Deno.truncateSync(path, 0),
  "flipped in its data": (path) => flip(path, 500),
  "flipped in its footer": (path) => flip(path, Deno.statSync(path).size - 500),
  "flipped in its last byte": (path) => flip(path, Deno.statSync(path).size - 1),
  "overwritten with text": (path) => Deno.writeTextFileSync(path, "<!DOCTYPE html>".repeat(100)),
  "replaced by another program's Parquet": async (path) => {
    using db = await duckdb();
    await db.rows(`COPY (SELECT 'DE0007164600' AS isin, 1.5 AS price) TO '${path}' (FORMAT parquet)`);
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  Deno.test(`a partition ${what} is left as it is, named, and rebuilt from the spool once it is moved away`, async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:05` } });
    using dir = temporaryDirectory();
    const args = fetchArgs(replica, dir.path);
    assertForeseen(await runInOneProcess(args), 0);
    const path = partitionPath(dir.path, "DETR", DATE);
    await damage(path);
    const damaged = treeOf(dir.of("data/de/xetra/trades"));

    replica.listed.until = null;
    const downloads = await downloadsDuring(replica, async () => {
      const message = onlyErrorOf(await runInOneProcess(args), 65);
      assert.ok(message.includes(path), message);
      const isForeign = what.startsWith("replaced by another program");
      const told = isForeign ? /not written by .*; xetra-parqed adopt DETR .* otherwise/ : /is damaged .*;/;
      assert.match(message, new RegExp(`${told.source} xetra-parqed verify DETR --date ${DATE} --repair`));
    });
    assert.deepEqual(downloads.toSorted(), SECOND_HALF);
    assert.deepEqual(treeOf(dir.of("data/de/xetra/trades")), damaged);
    for (const name of SECOND_HALF) assert.ok(Deno.statSync(rawPath(dir.path, name)).isFile);

    Deno.renameSync(path, dir.of("moved.parquet"));
    const again = await downloadsDuring(replica, async () => assertForeseen(await runInOneProcess(args), 0));
    assert.deepEqual(again, []);
    await assertStoresTruth(dir.path, replica);
  });
}

Deno.test("while a partition is damaged every run says so, and the other days and venues are stored", async () => {
  const days = [DAY, { ...DAY, date: "2026-09-02" }, { ...DAY, venue: "DFRA" }];
  await using replica = await startReplica({ days, listed: { until: `${DATE}T08:05` } });
  using dir = temporaryDirectory();
  const args = fetchArgs(replica, dir.path, ["DETR", "DFRA"]);
  assertForeseen(await runInOneProcess(args), 0);
  const path = partitionPath(dir.path, "DETR", DATE);
  flip(path, 500);
  replica.listed.until = null;
  for (const _run of ["first", "second"]) {
    const message = onlyErrorOf(await runInOneProcess(args), 3);
    assert.ok(message.includes(path), message);
  }
  Deno.removeSync(path);
  assert.deepEqual(
    await downloadsDuring(replica, async () => assertForeseen(await runInOneProcess(args), 0)),
    [],
  );
  await assertStoresTruth(dir.path, replica);
});
