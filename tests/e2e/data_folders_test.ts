import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { canTrace } from "../faults/trace.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, jsonOf } from "./evidence.ts";
import {
  asideOf,
  type Database,
  duckdb,
  fetchArgs,
  partitionPath,
  type Run,
  runProgram,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DATE, fetchDetr, fetched } from "./morning.ts";
import { consolidate, monthPath } from "./months.ts";
import { keptOf, writeDay } from "./predecessor.ts";
import { assertStoresTruth } from "./truth.ts";
import { flip, type Verified, verify } from "./verified.ts";

const DAY: DaySpec = { venue: "DETR", date: DATE, trades: 400, minutes: { from: 480, until: 500 } };
const ADOPTED: DaySpec = { ...DAY, date: "2026-09-02", trades: 200 };
const DATA = ["trades", "trades_monthly"].map((kind) => `data/de/xetra/${kind}`);

Deno.test("the folders for readers hold only partitions, whatever happens to them", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: `${DATE}T08:10` } });
  using dir = temporaryDirectory();
  using db = await duckdb();
  const path = partitionPath(dir.path, "DETR", DATE);
  const month = monthPath(dir.path, "2026-09");
  const repair = () => verify(replica, dir.path, "--repair");
  const steps: Record<string, () => Promise<Run>> = {
    "a fetch": () => fetchDetr(replica, dir.path),
    "a fetch that lets it grow"() {
      replica.listed.until = null;
      return fetchDetr(replica, dir.path);
    },
    async adopt() {
      const some = { where: "hash(price) % 2 = 0" };
      await writeDay(db, dir.path, ADOPTED, some);
      await writeDay(db, dir.path, ADOPTED, { name: "trades-17-1.parquet", where: "hash(price) % 2 = 1" });
      return runInOneProcess(["--wrk-dir", dir.path, "adopt", "DETR"]);
    },
    "verify --repair of a damaged partition"() {
      flip(path, 500);
      return repair();
    },
    "reprocess --force": () => runInOneProcess(["--wrk-dir", dir.path, "reprocess", "DETR", "--force"]),
    "consolidate-month": () => consolidate(dir.path, "--month", "2026-09", "--yes"),
    "verify --repair of a damaged month"() {
      flip(month, 500);
      return repair();
    },
  };
  for (const [what, step] of Object.entries(steps)) {
    assertForeseen(await step(), 0);
    assertPartitionsOnly(dir.path, what);
  }
  const { kept, issues } = jsonOf<Verified>(await verify(replica, dir.path, "--json")).venues[0];
  assert.deepEqual([kept.files, issues], [4, []]);
  await assertReadOnce(db, dir.path);
});

Deno.test({
  name:
    "killed before any rename of a publication, a fetch leaves the folder of the partitions as readers like it",
  ignore: !canTrace,
  async fn() {
    await using replica = await startReplica({ days: [{ ...DAY, minutes: { from: 480, until: 484 } }] });
    let unfinished = 0;
    for (let nth = 1, code = 137; code !== 0; nth++) {
      assert.ok(nth < 20, "it comes to its end");
      using dir = temporaryDirectory();
      const inject = ["-e", "trace=rename", "-e", `inject=rename:signal=SIGKILL:when=${nth}`];
      const under = ["strace", "-f", "-qqq", "-o", "/dev/null", ...inject];
      ({ code } = await runProgram(fetchArgs(replica, dir.path), { under }));
      assertPartitionsOnly(dir.path, `a fetch killed at rename ${nth}`);
      unfinished += filesBelow(asideOf(dir.of("data/de/xetra/trades"))).length;
      await fetched(replica, dir.path);
      await assertStoresTruth(dir.path, replica);
      assert.deepEqual(filesBelow(asideOf(dir.of("data/de/xetra/trades"))), [], "the next run takes it away");
    }
    assert.equal(unfinished, 1, "once the partition was written and not yet renamed");
  },
});

Deno.test("a copy that a file synchronizer leaves beside a partition is reported by verify and check-partial, and left alone", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const path = partitionPath(dir.path, "DETR", DATE);
  const copy = join(dirname(path), "trades.sync-conflict-20260901-101010-ABCDEFG.parquet");
  Deno.copyFileSync(path, copy);
  const told =
    `${DATE}  WARNING ${copy}: not a file of this program, but readers of the folder read it too; ` +
    "move it out of the data folder";
  for (const more of [[], ["--repair"], ["--date", DATE]]) {
    const run = await verify(replica, dir.path, ...more);
    assertForeseen(run, 0);
    assert.equal(run.stdout.split("\n")[0], told);
    assert.match(run.stdout, /: 0 damaged, 0 incomplete, 1 warning\n/);
  }
  flip(path, 500);
  const repaired = await verify(replica, dir.path, "--repair");
  assertForeseen(repaired, 0);
  assert.equal(repaired.stdout.split("\n")[1], told, "a repair of its day does not make it forgotten");
  const partial = await runInOneProcess(["--wrk-dir", dir.path, "check-partial", "DETR"]);
  assertForeseen(partial, 0);
  assert.ok(partial.stdout.includes(`${DATE}  ${copy}: not a file of this program, `), partial.stdout);
  const json = await runInOneProcess(["--wrk-dir", dir.path, "check-partial", "DETR", "--json"]);
  const { venues: [{ strays }] } = jsonOf<{ venues: { strays: { path: string }[] }[] }>(json);
  assert.deepEqual(strays.map(({ path }) => path), [copy]);
  assert.deepEqual(filesBelow(dirname(path)), [copy, path].sort());
});

for (
  const [command, args] of [
    ["verify --repair", ["verify", "DETR", "--repair"]],
    ["adopt", ["adopt", "DETR"]],
  ] as const
) {
  Deno.test(`files that version 0.1.0 kept among the data are reported by verify and moved by ${command}; adopt takes them once`, async () => {
    await using replica = await startReplica({ days: [] });
    using dir = temporaryDirectory();
    using db = await duckdb();
    const path = await writeDay(db, dir.path, DAY);
    assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, "adopt", "DETR"]), 0);
    const kept = keptOf(path);
    const old = join(dirname(path), basename(kept));
    Deno.renameSync(kept, old);
    const before = Deno.readFileSync(path);

    const found = await verify(replica, dir.path, "--json");
    const [{ issues, kept: told }] = jsonOf<Verified>(found).venues;
    const strays = issues.filter(({ kind }) => kind === "stray file");
    assert.deepEqual(strays.map(({ path }) => path), [old]);
    assert.deepEqual([told.files, told.first], [1, old]);
    const planned = await runInOneProcess(["--wrk-dir", dir.path, "adopt", "DETR", "--dry-run"]);
    assert.equal(planned.stdout, "DETR: nothing to adopt\n");
    assert.ok(filesBelow(dirname(path)).includes(old), "a dry run touches nothing");

    const env = { XETRA_PARQED_API_URL: replica.apiUrl };
    const run = await runProgram(["--wrk-dir", dir.path, ...args], { env });
    assertForeseen(run, 0);
    assert.match(
      run.stderr,
      new RegExp(`DETR: 1 kept file moved out of the data folders; the first: ${kept}`),
    );
    assertPartitionsOnly(dir.path, command);
    assert.deepEqual([keptOf(path), Deno.readFileSync(path)], [kept, before]);
    assert.equal(
      (await runInOneProcess(["--wrk-dir", dir.path, "adopt", "DETR"])).stdout,
      "DETR: nothing to adopt\n",
    );
    assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, "adopt", "DETR", "--delete-originals"]), 0);
    assert.deepEqual(filesBelow(dir.of("data")), [path]);
  });
}

/** Every file below the folders of data is a partition or a month file, by its name: no hidden one either. */
function assertPartitionsOnly(dir: string, after: string): void {
  const names = DATA.flatMap((folder) => filesBelow(join(dir, folder))).map((path) => basename(path));
  assert.deepEqual(names.filter((name) => name !== "trades.parquet"), [], `after ${after}`);
}

/** DuckDB, given a folder with everything in it, reads each stored row once. */
async function assertReadOnce(db: Database, dir: string): Promise<void> {
  const count = (files: string) => db.value(`SELECT count(*) FROM read_parquet([${files}])`);
  for (const folder of DATA) {
    const partitions = filesBelow(join(dir, folder)).map((path) => `'${path}'`);
    const rows = await count(partitions.join());
    assert.ok(Number(rows) >= 600);
    for (const pattern of ["**/*.parquet", "**"]) {
      assert.equal(await count(`'${dir}/${folder}/${pattern}'`), rows, `${folder}/${pattern}`);
    }
  }
}
