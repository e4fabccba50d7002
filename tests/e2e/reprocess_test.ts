import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { columnIndex } from "../../src/feed/records/record_type.ts";
import type { ColumnData } from "../../src/feed/records/batch.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { publishPartition } from "../../src/store/partition.ts";
import { openStored } from "../../src/store/stored_partition.ts";
import { assertForeseen, jsonOf, logOf, treeOf } from "./evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DATE, fetched, minuteFile, MORNING } from "./morning.ts";
import { fetchedWithout, RENAMED, reprocess, unrenamed } from "./reprocessed.ts";
import { flip, verify } from "./verified.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

const NAME = minuteFile(6);

const WITH_A_BROKEN_LINE = fault.body((gz) => {
  const [first, ...rest] = gunzipSync(gz).toString().split("\n");
  return new Uint8Array(gzipSync([`${first} and so on`, ...rest].join("\n")));
});

Deno.test("a file that a newer version understands is stored without a download, and is no longer reported", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  const right = await fetchedWithout(NAME, replica, dir.path);
  assertForeseen(await reprocess(dir.path), 3);
  await assertStoresTruth(dir.path, replica, [NAME]);

  Deno.writeFileSync(rawPath(dir.path, NAME), right);
  let run!: Run;
  const downloads = await downloadsDuring(replica, async () => run = await reprocess(dir.path));
  assertForeseen(run, 0);
  assert.match(run.stdout, /^DETR: 1 raw file decoded again, \d+ trades added\n$/);
  assert.deepEqual(downloads, []);
  await assertStoresTruth(dir.path, replica);
  assert.equal((await ledgerLines(partitionPath(dir.path, "DETR", DATE))).length, 20);
  assertForeseen(await verify(replica, dir.path), 0);
});

Deno.test("when there is nothing to decode again, nothing is changed, also under the predecessor's command name", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const before = treeOf(dir.of("data"));
  const run = await runInOneProcess(["--wrk-dir", dir.path, "reprocess-raw-cache", "DETR"]);
  assertForeseen(run, 0);
  assert.equal(run.stdout, "DETR: 0 raw files decoded again, 0 trades added\n");
  assert.deepEqual(treeOf(dir.of("data")), before);
});

Deno.test("only the requested date is decoded again", async () => {
  await using replica = await startReplica({ days: [MORNING, { ...MORNING, date: "2026-09-02" }] });
  using dir = temporaryDirectory();
  replica.inject("storage", RENAMED, { name: (name) => name.includes("T08_06") });
  await fetched(replica, dir.path, 3);
  const run = await reprocess(dir.path, "--date", "2026-09-02", "--json");
  assertForeseen(run, 3);
  assert.equal(jsonOf<{ venues: { files: number }[] }>(run).venues[0].files, 1);
});

for (const [what, other] of [["", null], [", also where another raw file is gone", 3]] as const) {
  Deno.test(`lines that were rejected and are understood now are added${what}, and the ledger no longer counts any`, async () => {
    const tidy = { ...MORNING, untidiness: {} };
    await using replica = await startReplica({ days: [tidy] });
    using right = temporaryDirectory();
    using dir = temporaryDirectory();
    await fetched(replica, right.path);
    replica.inject("storage", WITH_A_BROKEN_LINE, { name: NAME });
    await fetched(replica, dir.path, 3);
    await assert.rejects(() => assertStoresTruth(dir.path, replica), /missing/);
    Deno.copyFileSync(rawPath(right.path, NAME), rawPath(dir.path, NAME));
    if (other !== null) Deno.removeSync(rawPath(dir.path, NAME.replace("08_06", `08_0${other}`)));
    assertForeseen(await reprocess(dir.path), 0);
    await assertStoresTruth(dir.path, replica);
    const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
    assert.ok(ledger.every((line) => / \d+ 0 [0-9a-f]{16}$/.test(line)), ledger.join("\n"));
  });
}

Deno.test("--force replaces stored rows by those of the raw files", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  await storeOtherVenues(partitionPath(dir.path, "DETR", DATE));
  for (const more of [[], ["--force", "--date", "2026-09-02"]]) {
    assertForeseen(await reprocess(dir.path, ...more), 0);
    await assert.rejects(() => assertStoresTruth(dir.path, replica), /missing/);
  }
  assertForeseen(await reprocess(dir.path, "--force"), 0);
  await assertStoresTruth(dir.path, replica);
  assertForeseen(await verify(replica, dir.path), 0);
});

Deno.test("--force leaves a partition as it is when one of its raw files is missing, and says so", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  await storeOtherVenues(partitionPath(dir.path, "DETR", DATE));
  Deno.removeSync(rawPath(dir.path, NAME));
  const before = treeOf(dir.of("data"));
  const run = await reprocess(dir.path, "--force");
  assertForeseen(run, 3);
  assert.ok(
    logOf(run).includes(
      `WARNING DETR ${DATE}: not rebuilt, stays as it is: ` +
        "some of the raw files it was made from are no longer in the spool",
    ),
  );
  assert.deepEqual(treeOf(dir.of("data")), before);
});

Deno.test("--force rebuilds days that a daily file fills, on both of its dates", async () => {
  const days: DaySpec[] = [
    { ...MORNING, venue: "DEUR", date: "2026-08-31", minutes: { from: 480, until: 510 } },
    { ...MORNING, venue: "DEUR", trades: 900, minutes: { from: -50, until: 30 }, opens: 60 },
  ];
  await using replica = await startReplica({ days, daily: true });
  using dir = temporaryDirectory();
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DEUR"])), 0);
  const ledgers = () =>
    Promise.all(["2026-08-31", DATE].map((date) => ledgerLines(partitionPath(dir.path, "DEUR", date))));
  const before = await ledgers();
  assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, "reprocess", "DEUR", "--force"]), 0);
  assert.ok(await assertStoresTruth(dir.path, replica) > 1_000);
  assert.deepEqual(await ledgers(), before);
});

Deno.test("a daily file that a newer version understands is published, on both of its dates", async () => {
  const days: DaySpec[] = [{
    ...MORNING,
    venue: "DEUR",
    trades: 900,
    minutes: { from: -50, until: 30 },
    opens: 60,
  }];
  await using replica = await startReplica({ days, daily: true });
  const daily = `DEUR-posttrade-daily-${DATE}.json.gz`;
  replica.inject("storage", RENAMED, { name: daily });
  using dir = temporaryDirectory();
  const args = fetchArgs(replica, dir.path, ["DEUR"]);
  assertForeseen(await runInOneProcess(args), 3);
  Deno.writeFileSync(rawPath(dir.path, daily), unrenamed(Deno.readFileSync(rawPath(dir.path, daily))));
  assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, "reprocess", "DEUR"]), 0);
  for (const date of ["2026-08-31", DATE]) {
    const ledger = await ledgerLines(partitionPath(dir.path, "DEUR", date));
    assert.ok(ledger.some((line) => line.startsWith(`daily-${DATE} `)));
  }
  assert.ok(await assertStoresTruth(dir.path, replica) > 800);
  assertForeseen(await runInOneProcess(args), 0);
});

Deno.test("a damaged partition is left alone by reprocess, with what to do", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const path = partitionPath(dir.path, "DETR", DATE);
  flip(path, 500);
  const before = treeOf(dir.of("data"));
  const run = await reprocess(dir.path, "--force");
  assertForeseen(run, 65);
  assert.match(run.stderr, /ERROR .*trades\.parquet is damaged .* verify DETR --date 2026-09-01 --repair/);
  assert.deepEqual(treeOf(dir.of("data")), before);
});

/**
 * Rewrites a day's partition with another value in a column outside the identity, as a version might have done that
 * had a defect.
 */
async function storeOtherVenues(path: string): Promise<void> {
  using file = Deno.openSync(path);
  const { ledger, batches } = await openStored(path, file, TRADES);
  const other = (column: ColumnData, index: number): ColumnData =>
    index !== columnIndex(TRADES, "execution_venue") || column.kind !== "text"
      ? column
      : { ...column, values: column.values.map((value) => value && "OLD") };
  async function* changed() {
    for await (const batch of batches()) yield { ...batch, columns: batch.columns.map(other) };
  }
  await publishPartition(`${path}.old`, [changed()], ledger, {
    type: TRADES,
    createdBy: "an older version",
    breathe: () => Promise.resolve(),
  });
  Deno.renameSync(`${path}.old`, path);
}
