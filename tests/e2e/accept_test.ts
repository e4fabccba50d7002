import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, jsonOf, logOf } from "./evidence.ts";
import { partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { DATE, fetchDetr, fetched, minuteFile, MORNING } from "./morning.ts";
import { fetchedWithout, reprocess, unrenamed } from "./reprocessed.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";
import { type Verified, verify } from "./verified.ts";

const NAME = minuteFile(6);

Deno.test("an accepted file is no longer reported, does not count as stored, and is never deleted", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetchedWithout(NAME, replica, dir.path);
  const raw = rawPath(dir.path, NAME);
  const run = await reprocess(dir.path, "--accept", NAME);
  assertForeseen(run, 0);
  assert.equal(run.stdout, `DETR: ${NAME} is no longer reported; its bytes are kept\n`);
  for (const silent of [await fetchDetr(replica, dir.path), await reprocess(dir.path)]) {
    assertForeseen(silent, 0);
    assert.deepEqual(logOf(silent).filter((line) => !line.startsWith("INFO ")), []);
  }
  assert.deepEqual(jsonOf<Verified>(await verify(replica, dir.path, "--json")).venues[0].issues, []);
  const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
  assert.ok(!ledger.some((line) => line.startsWith("08_06")));
  assert.ok(Deno.statSync(raw).isFile);

  Deno.removeSync(dir.of(".xetra-parqed/accepted-DETR.json"));
  await fetched(replica, dir.path, 3);
  assertForeseen(await reprocess(dir.path, "--accept", NAME), 0);
  Deno.writeFileSync(raw, unrenamed(Deno.readFileSync(raw)));
  assertForeseen(await reprocess(dir.path, "--force"), 0);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("a name to accept that does not wait in the spool is refused", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  for (const name of [NAME, "DFRA-posttrade-2026-09-01T08_06.json.gz", "../../etc/passwd"]) {
    const run = await reprocess(dir.path, "--accept", name);
    assertForeseen(run, 64);
    assert.ok(
      logOf(run).includes(
        `ERROR ${name} is not a waiting raw file of DETR; check-partial lists those`,
      ),
    );
  }
  assert.throws(() => Deno.statSync(dir.of(".xetra-parqed/accepted-DETR.json")), Deno.errors.NotFound);
});
