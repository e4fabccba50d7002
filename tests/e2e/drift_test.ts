import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, logOf } from "./evidence.ts";
import { duckdb, fetchArgs, partitionPath, runProgram, temporaryDirectory } from "./harness.ts";

const DATE = "2026-09-01";
const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 3_000, minutes: { from: 480, until: 490 } };

Deno.test("an optional field with a new name costs no row, and is told once a day: the new name and the old", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:05` } });
  replica.inject("storage", fault.renamedKey("venueOfPublication"));
  using dir = temporaryDirectory();
  const first = await runProgram(fetchArgs(replica, dir.path));
  assertForeseen(first, 0);
  const [added, gone, ...more] = warningsOf(first);
  assert.deepEqual(more, []);
  const fresh =
    /2026-09-01: fields that are new to this version, kept in the column extra: (\w+) \(([\d,]+) rows\)$/;
  const [, key, rows] = fresh.exec(added) ?? assert.fail(added);
  assert.equal(key, "venueOfPublicationRenamed");
  const none =
    /2026-09-01: fields that none of ([\d,]+) rows carries any more: venueOfPublication\. Their columns stay empty$/;
  assert.deepEqual(none.exec(gone)?.[1], rows, gone);

  replica.listed.until = null;
  const second = await runProgram(fetchArgs(replica, dir.path));
  assertForeseen(second, 0);
  assert.deepEqual(warningsOf(second), []);
  await assertStored(dir.path);

  Deno.removeSync(dir.of(".xetra-parqed/diary-DETR.json"));
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  const third = await runProgram(fetchArgs(replica, dir.path));
  assertForeseen(third, 0);
  assert.equal(warningsOf(third).length, 2, "without the diary it is told once more");
});

async function assertStored(dir: string): Promise<void> {
  using database = await duckdb();
  const path = partitionPath(dir, "DETR", DATE);
  const [row] = await database.rows(
    `SELECT count(*)::INTEGER AS rows, count(venue_publication)::INTEGER AS filled,
      count(extra->>'venueOfPublicationRenamed')::INTEGER AS kept FROM '${path}'`,
  );
  assert.deepEqual({ ...row }, { rows: 3_000, filled: 0, kept: 3_000 });
}

function warningsOf(run: Parameters<typeof logOf>[0]): string[] {
  return logOf(run).filter((line) => line.startsWith("WARNING "));
}
