import assert from "node:assert/strict";
import { join } from "node:path";
import { startReplica } from "../../scripts/replica/server.ts";
import { BARS_1M } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { assertBarsAgree } from "../derive/judge.ts";
import { DAY, ended, heard, startDaemon } from "./daemon_program.ts";
import { logOf } from "./evidence.ts";
import { temporaryDirectory } from "./harness.ts";

Deno.test("a daemon makes bars from what it has published, again when there is more, and says so in its summary", async () => {
  await using replica = await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:04" } });
  using dir = temporaryDirectory();
  await using daemon = startDaemon(replica, dir.path, ["--interval", "0.3s", "--publish-every", "0.1s"]);
  await heard(daemon, / - Cycle 1: DETR: 4 files, \d+ trades, bars of 1 day and 1 month, stored to /);
  const first = await assertBarsAgree(dir.path);
  assert.ok(first > 50);
  assert.ok(await assertBarsAgree(dir.path, "bars_1d") > 20);
  replica.listed.until = null;
  await heard(daemon, / - Cycle \d+: DETR: 6 files, \d+ trades, bars of 1 day and 1 month, stored to /);
  assert.ok(await assertBarsAgree(dir.path) > first);
  await assertBarsAgree(dir.path, "bars_1d");
  await ended(daemon, "SIGTERM");
});

Deno.test("a daemon that cannot make bars logs a warning, and goes on fetching", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  const inTheWay = new Layout(dir.path).partition(BARS_1M, "DETR", DAY.date);
  Deno.mkdirSync(join(inTheWay, "a folder"), { recursive: true });
  await using daemon = startDaemon(replica, dir.path);
  await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades, stored to /);
  const run = await ended(daemon, "SIGTERM");
  assert.equal(run.code, 0);
  const said = logOf(run).filter((line) => /bars/.test(line));
  assert.match(said.join("\n"), /^WARNING DETR: bars are not up to date: cannot write .*bars_1m.*$/);
});

Deno.test("--no-bars leaves the bars out", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await using daemon = startDaemon(replica, dir.path, ["--no-bars"]);
  await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades, stored to /);
  await ended(daemon, "SIGTERM");
  const folders = [...Deno.readDirSync(join(dir.path, "data/de/xetra"))].map(({ name }) => name);
  assert.deepEqual(folders.filter((name) => name.startsWith("bars")), []);
});
