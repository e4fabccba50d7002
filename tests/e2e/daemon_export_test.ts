import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertSameRows, asStored } from "../derive/lake/stored_lake.ts";
import { DAY, ended, heard, linesOf, pastEcho, startDaemon } from "./daemon_program.ts";
import { reached, treeOf } from "./evidence.ts";
import { duckdb, partitionPath, runProgram, temporaryDirectory } from "./harness.ts";
import { storeDay } from "./months.ts";
import { flip } from "./verified.ts";

Deno.test("with --export a daemon exports what has changed once a day, the newest month in the first cycle, and one file of others a cycle", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-06-30");
  await storeDay(dir.path, "2026-07-31");
  await using daemon = startDaemon(replica, dir.path, ["--no-bars", "--export", dir.of("lake")]);
  await heard(daemon, / - DETR 2026-09: trades exported to .*: 400 rows\n/);
  await heard(daemon, / - DETR 2026-06: trades exported to .*: 40 rows\n/);
  await heard(daemon, / - DETR: 2 months to export in the next cycles\n/);
  await heard(daemon, / - Cycle 1: /);
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - DETR 2026-07: trades exported to .*: 40 rows\n/);
  await heard(daemon, / - Cycle 2: /);
  await pastEcho();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 3: /);
  using database = await duckdb();
  const read = (files: string) => `read_parquet('${dir.path}/${files}', hive_partitioning = false)`;
  const stored = `FROM ${read("data/de/xetra/trades/*/*/*/*/*.parquet")}`;
  await assertSameRows(database, asStored(read("lake/trades/*/*/*/*.parquet")), stored);
  const before = treeOf(dir.of("lake"));
  await pastEcho();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 4: /);
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(treeOf(dir.of("lake")), before);
  assert.deepEqual(linesOf(run, "ERROR"), []);
});

Deno.test("a month that cannot be exported is an ERROR of the daemon, which goes on fetching and exports the others", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-07-31");
  flip(partitionPath(dir.path, "DETR", "2026-07-31"), 500);
  await using daemon = startDaemon(replica, dir.path, ["--export", dir.of("lake")]);
  await heard(daemon, / - DETR 2026-07: trades not exported: .*is damaged/);
  await heard(daemon, / - DETR 2026-09: trades exported to .*: 400 rows\n/);
  await reached(daemon, "the lake", () => existsSync(dir.of("lake/trades")));
  await heard(daemon, / - Cycle 1: DETR: \d+ files, 400 trades/);
  await ended(daemon, "SIGTERM");
});

Deno.test("--export without --daemon, or with a folder among the data, is refused with 64", async () => {
  using dir = temporaryDirectory();
  const fetch = ["--wrk-dir", dir.path, "fetch-trades", "DETR", "--export"];
  const alone = await runProgram([...fetch, dir.of("lake")]);
  assert.equal(alone.code, 64);
  assert.match(alone.stderr, /--export is for --daemon/);
  const among = await runProgram([...fetch, dir.of("data/de/xetra/lake"), "--daemon"]);
  assert.equal(among.code, 64);
  assert.match(among.stderr, /lies among the stored data/);
});
