import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, DAY, ended, heard } from "../e2e/daemon_program.ts";
import { assertForeseen, logOf, onlyErrorOf, treeOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  partitionPath,
  rawPath,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { canMount, ownDisks } from "../e2e/own_disk.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

/** Root ignores the mode of a folder, but not that of a mount. */
const READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"';
const WRITABLE = 'umount -l "$1"';

const RAW_DAY = dirname(rawPath("", `DETR-posttrade-${DAY.date}T08_00.json.gz`));
const TRADES_DAY = dirname(partitionPath("", "DETR", DAY.date));

for (
  const [what, place, asked] of [
    ["the raw files", RAW_DAY, 4],
    ["the partitions", TRADES_DAY, 5],
    ["locks, quota and status", ".xetra-parqed", 0],
    ["everything", "", 0],
  ] as const
) {
  Deno.test({
    name:
      `where the folder of ${what} is read-only a fetch ends with 73 and one line that names it, and changes ` +
      "nothing there; status and verify answer, and once it may be written the next run has the truth",
    ignore: !canMount,
  }, async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: `${DAY.date}T08:05` } });
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    await using disk = await ownDisks({ [dir]: "8m" });
    const args = fetchArgs(replica, dir);
    assertForeseen(await runProgram(args, disk), 0);
    const locked = join(dir, place);
    await disk.run(READ_ONLY, locked);
    const before = treeOf(disk.seen(locked));
    replica.listed.until = null;

    const downloads = await downloadsDuring(replica, async () => {
      const error = onlyErrorOf(await runProgram(args, disk), 73);
      assert.ok(error.startsWith(`DETR: cannot write ${locked}/`), error);
      assert.match(error, /: the file system is read-only; choose another --wrk-dir$/);
    });
    assert.ok(downloads.length <= asked, `${downloads}`);
    assert.deepEqual(treeOf(disk.seen(locked)), before);
    const status = await runProgram(["--wrk-dir", dir, "status", "DETR"], disk);
    assertForeseen(status, 0);
    assert.match(status.stdout, /newest minute {3}2026-09-01T08:04 UTC/);
    assert.equal((await runProgram(["--wrk-dir", dir, "status", "DETR", "--check"], disk)).code, 2);
    const quota = ["--quota-file", folder.of("quota.json")];
    const verify = ["--wrk-dir", dir, "verify", "DETR", "--api-url", replica.apiUrl, ...quota];
    assertForeseen(await runProgram(verify, disk), 0);

    await disk.run(WRITABLE, locked);
    const again = await downloadsDuring(
      replica,
      async () => assertForeseen(await runProgram(args, disk), 0),
    );
    assert.equal(again.length, place === TRADES_DAY ? 0 : 5);
    await assertStoresTruth(disk.seen(dir), replica);
  });
}

Deno.test({
  name:
    "a daemon whose disk becomes read-only says so once and stays up, and goes on when it may write again",
  ignore: !canMount,
}, async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${DAY.date}T08:05` } });
  using folder = temporaryDirectory();
  const dir = folder.of("work");
  await using disk = await ownDisks({ [dir]: "8m" });
  await using daemon = startProgram(daemonArgs(replica, dir, { more: ["--interval", "1s"] }), disk);
  await heard(daemon, / - Cycle 1: DETR: 5 files/);
  await disk.run(READ_ONLY, join(dir, "data"));
  replica.listed.until = null;
  await heard(daemon, /failed like the one before, 2 in a row\n/);
  await disk.run(WRITABLE, join(dir, "data"));
  await heard(daemon, / - Working again after \d+ failed cycle/);
  const run = await ended(daemon, "SIGTERM");
  const failures = logOf(run).filter((line) => /^ERROR Cycle \d+ failed/.test(line));
  assert.equal(failures.length, 1, run.stderr);
  assert.match(failures[0], /failed: DETR: cannot write \S+: the file system is read-only; choose another/);
  await assertStoresTruth(disk.seen(dir), replica);
});
