import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { assertForeseen, logOf } from "./evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  runProgram,
  temporaryDirectory,
} from "./harness.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

const DATE = "2026-09-01";
const DAY: DaySpec = {
  venue: "DETR",
  date: DATE,
  trades: 600,
  minutes: { from: 480, until: 500 },
  untidiness: UNTIDY,
};
const DAILY = "DETR-posttrade-daily-2026-09-01.json.gz";

for (
  const [what, damage, key] of [
    ["whose keys are all unknown", fault.unknownEra(), "renamed_price"],
    ["whose prices have another key", fault.renamedKey("price"), "priceRenamed"],
  ] as const
) {
  Deno.test(`a file ${what} is kept and told at every run with its keys, and the rest is stored`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    replica.inject("storage", damage, { name: file(6) });
    using dir = temporaryDirectory();
    for (const expected of [20, 0]) {
      const downloads = await downloadsDuring(replica, async () => {
        const run = await fetchDetr(replica, dir.path);
        assertForeseen(run, 3);
        const [error] = logOf(run).filter((line) => line.startsWith("ERROR "));
        assert.ok(error.includes(rawPath(dir.path, file(6))) && error.includes(key), error);
        assert.doesNotMatch(run.stderr, /All available data already stored/);
      });
      assert.equal(downloads.length, expected);
      await assertStoresTruth(dir.path, replica, [file(6)]);
    }
    const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
    assert.ok(!ledger.some((line) => line.startsWith("08_06")));
  });
}

Deno.test("a key that is new among known ones goes to the column extra, with a warning", async () => {
  const tidy = { ...DAY, untidiness: {} };
  await using replica = await startReplica({ days: [tidy] });
  replica.inject("storage", fault.renamedKey("venueOfPublication"));
  using dir = temporaryDirectory();
  const run = await fetchDetr(replica, dir.path);
  assertForeseen(run, 0);
  assert.ok(logOf(run).some((line) => /^WARNING .*extra: venueOfPublicationRenamed \(600 rows\)/.test(line)));
  await assert.rejects(() => assertStoresTruth(dir.path, replica), /missing/);
});

Deno.test("for a daily file that is not understood the minute files are fetched, and it is told at every run", async () => {
  const hour = { ...DAY, minutes: { from: 480, until: 510 } };
  await using replica = await startReplica({ days: [hour], daily: true });
  replica.inject("storage", fault.unknownEra(), { name: DAILY });
  using dir = temporaryDirectory();
  for (const expected of [31, 0]) {
    const downloads = await downloadsDuring(replica, async () => {
      const run = await fetchDetr(replica, dir.path);
      assertForeseen(run, 3);
      assert.match(run.stderr, /ERROR .*daily-2026-09-01.*renamed_price/);
    });
    assert.equal(downloads.length, expected);
    await assertStoresTruth(dir.path, replica);
  }
});

Deno.test("a raw file that is damaged on disk before it is published is set aside and fetched again", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  assertForeseen(await fetchDetr(replica, dir.path), 0);
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  Deno.truncateSync(rawPath(dir.path, file(6)), 100);
  const downloads = await downloadsDuring(replica, async () => {
    const run = await fetchDetr(replica, dir.path);
    assertForeseen(run, 3);
    assert.match(run.stderr, new RegExp(`ERROR .*${file(6)}`));
  });
  assert.deepEqual(downloads, [file(6)]);
  assert.equal(Deno.statSync(rawPath(dir.path, file(6), "rejected")).size, 100);
  await assertStoresTruth(dir.path, replica);
  assertForeseen(await fetchDetr(replica, dir.path), 0);
});

/** The name of the day's minute file of this index. */
function file(index: number): string {
  return `DETR-posttrade-2026-09-01T08_0${index}.json.gz`;
}

function fetchDetr(replica: Replica, dir: string): Promise<Run> {
  return runProgram(fetchArgs(replica, dir));
}
