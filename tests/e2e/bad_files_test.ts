import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, logOf } from "./evidence.ts";
import { downloadsDuring, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { DAILY, DATE, fetchDetr, fetched, minuteFile, MORNING } from "./morning.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

for (
  const [what, damage, key] of [
    ["whose keys are all unknown", fault.unknownEra(), "renamed_price"],
    ["whose prices have another key", fault.renamedKey("price"), "priceRenamed"],
  ] as const
) {
  Deno.test(`a file ${what} is kept and reported at every run with its keys, and the rest is stored`, async () => {
    await using replica = await startReplica({ days: [MORNING] });
    replica.inject("storage", damage, { name: minuteFile(6) });
    using dir = temporaryDirectory();
    for (const expected of [20, 0]) {
      const downloads = await downloadsDuring(replica, async () => {
        const run = await fetchDetr(replica, dir.path);
        assertForeseen(run, 3);
        const [error] = logOf(run).filter((line) => line.startsWith("ERROR "));
        assert.ok(error.includes(rawPath(dir.path, minuteFile(6))) && error.includes(key), error);
        assert.doesNotMatch(run.stderr, /All available data already stored/);
      });
      assert.equal(downloads.length, expected);
      await assertStoresTruth(dir.path, replica, [minuteFile(6)]);
    }
    const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
    assert.ok(!ledger.some((line) => line.startsWith("08_06")));
  });
}

Deno.test("a key that is new among known ones goes to the column extra, with a warning", async () => {
  const tidy = { ...MORNING, untidiness: {} };
  await using replica = await startReplica({ days: [tidy] });
  replica.inject("storage", fault.renamedKey("venueOfPublication"));
  using dir = temporaryDirectory();
  const run = await fetchDetr(replica, dir.path);
  assertForeseen(run, 0);
  assert.ok(logOf(run).some((line) => /^WARNING .*extra: venueOfPublicationRenamed \(600 rows\)/.test(line)));
  await assert.rejects(() => assertStoresTruth(dir.path, replica), /missing/);
});

Deno.test("when a daily file is not understood, the minute files are fetched, and it is reported at every run", async () => {
  const hour = { ...MORNING, minutes: { from: 480, until: 510 } };
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
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  Deno.truncateSync(rawPath(dir.path, minuteFile(6)), 100);
  const downloads = await downloadsDuring(replica, async () => {
    const run = await fetchDetr(replica, dir.path);
    assertForeseen(run, 3);
    assert.match(run.stderr, new RegExp(`ERROR .*${minuteFile(6)}`));
  });
  assert.deepEqual(downloads, [minuteFile(6)]);
  assert.equal(Deno.statSync(rawPath(dir.path, minuteFile(6), "rejected")).size, 100);
  await assertStoresTruth(dir.path, replica);
  await fetched(replica, dir.path);
});
