import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, jsonOf, logOf } from "./evidence.ts";
import { downloadsDuring, partitionPath, rawPath, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DAILY, DATE, fetchDetr, fetched, minuteFile } from "./morning.ts";
import { reprocess } from "./reprocessed.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";
import { verify } from "./verified.ts";

/** No minute of it is without trades: unpacked, such a file would be an empty body, which is not accepted. */
const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 4000, minutes: { from: 480, until: 500 } };

/** What Google's storage does to a file that is marked as gzip, for clients that request the identity encoding. */
const UNPACKED = fault.body((gz) => gunzipSync(gz));

Deno.test("a day whose bodies were unpacked on the way is stored completely, with one warning a day", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", UNPACKED);
  using dir = temporaryDirectory();
  const first = await fetchDetr(replica, dir.path);
  assertForeseen(first, 0);
  assert.equal(logOf(first).filter((line) => line.startsWith("WARNING ")).length, 1);
  assert.match(first.stderr, /WARNING .*DETR: .*plain NDJSON instead of gzip, the first DETR-posttrade-/);
  await assertStoresTruth(dir.path, replica);
  const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
  for (let index = 0; index < 20; index++) {
    const packed = Deno.readFileSync(rawPath(dir.path, minuteFile(index)));
    const digest = createHash("sha256").update(packed).digest("hex").slice(0, 16);
    assert.ok(
      ledger.some((line) =>
        line.startsWith(minuteFile(index).slice(26, 31)) && line.endsWith(` 0 ${digest}`)
      ),
    );
  }
  const again = await downloadsDuring(replica, async () => {
    const run = await fetchDetr(replica, dir.path);
    assertForeseen(run, 0);
    assert.doesNotMatch(run.stderr, /WARNING/);
  });
  assert.deepEqual(again, []);
  assertForeseen(await verify(replica, dir.path), 0);
  const cleanup = await runInOneProcess(["--wrk-dir", dir.path, "cleanup-raw", "DETR", "--keep-days", "0"]);
  assertForeseen(cleanup, 0);
  assert.match(cleanup.stdout, /^DETR: 20 raw files deleted/);
});

Deno.test("a second cycle of the day that packs files does not warn again", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:10` } });
  replica.inject("storage", UNPACKED);
  using dir = temporaryDirectory();
  assert.match((await fetchDetr(replica, dir.path)).stderr, /WARNING/);
  replica.listed.until = null;
  const run = await fetchDetr(replica, dir.path);
  assertForeseen(run, 0);
  assert.doesNotMatch(run.stderr, /WARNING/);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("a daily file that was unpacked on the way replaces its minutes like any other", async () => {
  await using replica = await startReplica({
    days: [{ ...DAY, minutes: { from: 480, until: 510 } }],
    daily: true,
  });
  replica.inject("storage", UNPACKED);
  using dir = temporaryDirectory();
  const downloads = await downloadsDuring(replica, async () => {
    await fetched(replica, dir.path);
  });
  assert.deepEqual(downloads, [DAILY]);
  await assertStoresTruth(dir.path, replica);
  assertForeseen(await reprocess(dir.path, "--force"), 0);
  await assertStoresTruth(dir.path, replica);
  assertForeseen(await verify(replica, dir.path), 0);
});

for (
  const [what, damage] of [
    ["a web page", fault.html()],
    [
      "the JSON of a server in trouble",
      fault.body(() => new TextEncoder().encode('{"message":"try again"}')),
    ],
    ["NDJSON that is cut in its last line", fault.body((gz) => gunzipSync(gz).subarray(0, -20))],
    ["no bytes at all", fault.nothing()],
  ] as const
) {
  Deno.test(`a name for which ${what} came is reported everywhere until it is stored`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    replica.inject("storage", damage, { name: minuteFile(6) });
    using dir = temporaryDirectory();
    await fetched(replica, dir.path, 3);
    await assertNamed(dir.path, [minuteFile(6)]);
    replica.clearFaults();
    await fetched(replica, dir.path);
    await assertNamed(dir.path, []);
    await assertStoresTruth(dir.path, replica);
  });
}

Deno.test("a name for which other bytes came is never called lost, and is reported until they are accepted", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", fault.html(), { name: minuteFile(6) });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  replica.inject("download", fault.status(404), { name: minuteFile(6) });
  for (let cycle = 0; cycle < 4; cycle++) {
    const downloads = await downloadsDuring(replica, async () => {
      await fetched(replica, dir.path, 3);
    });
    assert.deepEqual(downloads, [minuteFile(6)], "it is asked for while it is listed");
  }
  replica.listed.from = `${DATE}T08:10`;
  for (let cycle = 0; cycle < 2; cycle++) {
    const run = await fetchDetr(replica, dir.path);
    assertForeseen(run, 3);
    assert.match(run.stderr, new RegExp(`WARNING .*1 file rejected.*: ${minuteFile(6)}`));
    assert.doesNotMatch(run.stderr, / lost/);
  }
  await assertNamed(dir.path, [minuteFile(6)]);

  const accepted = await reprocess(dir.path, "--accept", minuteFile(6));
  assertForeseen(accepted, 0);
  await assertNamed(dir.path, []);
  for (const silent of [await fetchDetr(replica, dir.path), await reprocess(dir.path)]) {
    assertForeseen(silent, 0);
    assert.deepEqual(logOf(silent).filter((line) => !line.startsWith("INFO ")), []);
  }
  assert.ok(Deno.statSync(rawPath(dir.path, minuteFile(6), "rejected")).isFile);
});

Deno.test("a file is stored when it comes although rejected bytes of its name were accepted before", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", fault.html(), { name: minuteFile(6) });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  assertForeseen(await reprocess(dir.path, "--accept", minuteFile(6)), 0);
  replica.clearFaults();
  await fetched(replica, dir.path);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("reprocess stores NDJSON that an earlier version rejected, without a download", async () => {
  await using replica = await startReplica({ days: [DAY] });
  replica.inject("storage", fault.html(), {
    name: (name) => name === minuteFile(6) || name === minuteFile(7),
  });
  using dir = temporaryDirectory();
  using right = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  replica.clearFaults();
  await fetched(replica, right.path);
  const rejected = rawPath(dir.path, minuteFile(6), "rejected");
  Deno.writeFileSync(rejected, gunzipSync(Deno.readFileSync(rawPath(right.path, minuteFile(6)))));

  let run!: Run;
  const downloads = await downloadsDuring(replica, async () => run = await reprocess(dir.path));
  assert.deepEqual(downloads, []);
  assertForeseen(run, 3);
  assert.match(run.stdout, /^DETR: 1 raw file decoded again, \d+ trades added\n$/);
  assert.throws(() => Deno.statSync(rejected), Deno.errors.NotFound);
  await assertStoresTruth(dir.path, replica, [minuteFile(7)]);
  await assertNamed(dir.path, [minuteFile(7)]);
  assertForeseen(await verify(replica, dir.path), 0);
  await fetched(replica, dir.path);
  await assertStoresTruth(dir.path, replica);
});

/** Asserts that `status`, the metrics and `check-partial` name exactly these as rejected. */
async function assertNamed(dir: string, names: readonly string[]): Promise<void> {
  const status = (...more: readonly string[]) =>
    runInOneProcess(["--wrk-dir", dir, "status", "DETR", ...more]);
  const { venues: [{ state }] } = jsonOf<{ venues: { state: { rejected: string[] } }[] }>(
    await status("--json"),
  );
  assert.deepEqual(state.rejected, names);
  const line = names.length === 0 ? "0 files" : `${names.length} file.* rejected, .*: ${names.join(", ")}`;
  assert.match((await status()).stdout, new RegExp(`^  rejected +${line}$`, "m"));
  const metrics = Deno.readTextFileSync(`${dir}/.xetra-parqed/metrics-DETR.prom`);
  assert.match(metrics, new RegExp(`^xetra_parqed_rejected_files\\{venue="DETR"\\} ${names.length}$`, "m"));
  const partial = (await runInOneProcess(["--wrk-dir", dir, "check-partial", "DETR"])).stdout;
  const named = [...partial.matchAll(/^\S+ {2}rejected, neither gzip nor whole NDJSON: (.*)$/gm)];
  assert.deepEqual(named.map(([, name]) => name), names);
}
