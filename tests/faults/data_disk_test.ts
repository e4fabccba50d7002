import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, jsonOf } from "../e2e/evidence.ts";
import {
  duckdb,
  fetchArgs,
  partitionPath,
  type Run,
  runProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { monthPath } from "../e2e/months.ts";
import { canMount, type OwnDisks, ownDisks } from "../e2e/own_disk.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { flip, type Verified } from "../e2e/verified.ts";

const DATE = "2026-09-01";
const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 400, minutes: { from: 480, until: 490 } };
const TRADES = "data/de/xetra/trades";

/** How the data come to lie where no rename reaches the tree beside them; `dir` is the working directory. */
const MOUNTS: Readonly<Record<string, (dir: string, other: string) => Promise<OwnDisks>>> = {
  "a disk of their own": (dir) => ownDisks({ [join(dir, TRADES)]: "4m" }),
  "a folder of the same disk that is mounted there": async (dir, other) => {
    const disks = await ownDisks({});
    await disks.run('mkdir -p "$1" "$2"; mount --bind "$1" "$2"', other, join(dir, TRADES));
    return disks;
  },
};

for (const [what, mount] of Object.entries(MOUNTS)) {
  Deno.test({
    name:
      `partitions on ${what} are made and repaired there: what is none is hidden, and each rename stays one`,
    ignore: !canMount,
  }, async () => {
    await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:05` } });
    using folder = temporaryDirectory();
    const dir = folder.of("work");
    await using disk = await mount(dir, folder.of("other"));
    const run = (args: readonly string[], code = 0): Promise<Run> =>
      runProgram(args, disk).then((run) => (assertForeseen(run, code), run));
    const verify = ["--wrk-dir", dir, "verify", "DETR", "--api-url", replica.apiUrl];
    const path = disk.seen(partitionPath(dir, "DETR", DATE));
    const visible = () =>
      filesBelow(disk.seen(join(dir, TRADES))).map((path) => basename(path)).filter((name) =>
        name[0] !== "."
      );

    await run(fetchArgs(replica, dir));
    replica.listed.until = null;
    await run(fetchArgs(replica, dir));
    const rows = await assertStoresTruth(disk.seen(dir), replica);
    assert.deepEqual(filesBelow(dirname(path)), [path]);

    const old = `${path}.damaged-20260902T030405Z`;
    Deno.writeTextFileSync(old, "kept by version 0.1.0");
    flip(path, 500);
    await run([...verify, "--repair"]);
    const [first, second, ...more] = filesBelow(dirname(path)).map((path) => basename(path));
    assert.deepEqual([first, more], [".trades.parquet.damaged-20260902T030405Z", ["trades.parquet"]]);
    assert.match(second, /^\.trades\.parquet\.damaged-\d{8}T\d{6}Z$/);
    await run(["--wrk-dir", dir, "reprocess", "DETR", "--force"]);
    await run(["--wrk-dir", dir, "consolidate-month", "DETR", "--month", "2026-09", "--yes"]);
    assert.deepEqual(visible(), ["trades.parquet"]);
    const { kept, issues } = jsonOf<Verified>(await run([...verify, "--json"])).venues[0];
    assert.deepEqual([kept.files, issues], [2, []], "what is hidden is told of as well");

    using db = await duckdb();
    assert.equal(await assertStoresTruth(disk.seen(dir), replica), rows);
    assert.equal(
      Number(await db.value(`SELECT count(*) FROM '${monthPath(disk.seen(dir), "2026-09")}'`)),
      rows,
    );
  });
}
