import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { decodeRecord, encodeRecord } from "../../src/store/state/state_record.ts";
import { assertForeseen, logOf } from "./evidence.ts";
import { duckdb, partitionPath, temporaryDirectory } from "./harness.ts";
import { DATE, fetchDetr } from "./morning.ts";

const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 3_000, minutes: { from: 480, until: 490 } };
const BEFORE: DaySpec = { ...DAY, date: "2026-08-31", trades: 1_000 };

Deno.test("an optional field with a new name costs no row, and is told once a day: the new name and the old", async () => {
  const listed = { until: `${DATE}T08:05` };
  await using replica = await startReplica({ days: [BEFORE, DAY], listed: { until: `${DATE}T00:00` } });
  using dir = temporaryDirectory();
  const before = await fetchDetr(replica, dir.path);
  assertForeseen(before, 0);
  assert.deepEqual(warningsOf(before), []);

  Object.assign(replica.listed, listed);
  replica.inject("storage", fault.renamedKey("venueOfPublication"));
  const first = await fetchDetr(replica, dir.path);
  assertForeseen(first, 0);
  const [added, gone, ...more] = warningsOf(first);
  assert.deepEqual(more, []);
  const fresh =
    /2026-09-01: fields that are new to this version, kept in the column extra: (\w+) \(([\d,]+) rows\)$/;
  const [, key, rows] = fresh.exec(added) ?? assert.fail(added);
  assert.equal(key, "venueOfPublicationRenamed");
  const none =
    /2026-09-01: fields missing from all ([\d,]+) rows: venueOfPublication\. Their columns stay empty$/;
  assert.deepEqual(none.exec(gone)?.[1], rows, gone);

  replica.listed.until = null;
  const second = await fetchDetr(replica, dir.path);
  assertForeseen(second, 0);
  assert.deepEqual(warningsOf(second), []);
  await assertStored(dir.path);

  forgetToday(dir.of(".xetra-parqed/diary-DETR.json"));
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  const third = await fetchDetr(replica, dir.path);
  assertForeseen(third, 0);
  assert.equal(warningsOf(third).length, 2, "on another day it is told once more");
});

Deno.test("a venue whose rows never carried a field that others have is not told of it", async () => {
  await using replica = await startReplica({ days: [BEFORE, DAY], listed: { until: `${DATE}T08:05` } });
  replica.inject("storage", fault.withoutKey("venueOfPublication"));
  replica.inject("storage", fault.withoutKey("tradingSystem"));
  using dir = temporaryDirectory();
  for (const until of [`${DATE}T08:05`, null]) {
    replica.listed.until = until;
    const run = await fetchDetr(replica, dir.path);
    assertForeseen(run, 0);
    assert.deepEqual(warningsOf(run), []);
  }
});

/** Leaves in a diary what it has learned. */
function forgetToday(path: string): void {
  const diary = decodeRecord(Deno.readTextFileSync(path));
  assert.equal((diary?.done as unknown[]).length, 2);
  Deno.writeTextFileSync(path, encodeRecord({ ...diary, date: "2026-09-01" }));
}

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
