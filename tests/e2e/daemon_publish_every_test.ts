import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { TRADES } from "../../src/feed/records/trades.ts";
import { TRADES_BY_DAY } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { readPartition } from "../../src/store/stored_partition.ts";
import { DAY, ended, heard, isNextCycleTold, startDaemon, statusOf } from "./daemon_program.ts";
import { reached } from "./evidence.ts";
import { fetchArgs, type Program, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

/** A daemon ends in five seconds, also where a publication would take longer. */
const TOO_SLOW = /That takes too long: what is left in the spool is published at the next start/;
const OPTIONS = ["--interval", "0.3s", "--publish-every", "1h"];

Deno.test("minutes wait in the spool until a publication is due, count as collected, and are published at the end", async () => {
  await using scene = await sceneOf();
  const { dir, daemon } = scene;
  await scene.held();
  assert.equal(await scene.published(), 5);
  const { venues: [{ state }] } = JSON.parse((await statusOf(dir, "--json")).stdout);
  assert.deepEqual([state.newestMinute, state.heldBack.names.length], ["2026-09-01T08:09", 5]);
  assert.ok(Date.parse(state.heldBack.until) > Date.now());
  for (const command of ["check-partial", "verify"]) {
    const { stdout, stderr } = await runInOneProcess([command, "DETR", "--wrk-dir", dir]);
    assert.doesNotMatch(stdout + stderr, /not in Parquet/, command);
  }
  const run = await ended(daemon, "SIGTERM");
  assert.match(run.stderr, /Publishing 5 files that a later cycle would have published/);
  assert.ok(run.millis < busy() * 5_000, `it took ${run.millis} ms`);
  if (TOO_SLOW.test(run.stderr)) { // on a very busy machine
    assert.equal(await scene.published(), 5);
    await assertPublishedAtStart(scene);
  }
  assert.equal(await scene.published(), 10);
  assert.equal(JSON.parse((await statusOf(dir, "--json")).stdout).venues[0].state.heldBack, null);
});

Deno.test("a requested cycle publishes what waits, and so does a one-shot run", async () => {
  await using scene = await sceneOf();
  const { dir, daemon, replica } = scene;
  await scene.held();
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Asked by SIGUSR2, starting fetch cycle\n[^]* - Cycle \d+: DETR: /);
  assert.equal(await scene.published(), 10);
  await ended(daemon, "SIGTERM");
  assert.equal((await runInOneProcess(fetchArgs(replica, dir, ["DETR"]))).code, 0);
});

Deno.test("what a killed daemon left in the spool is published by the first cycle of the next one", async () => {
  await using scene = await sceneOf();
  await scene.held();
  scene.daemon.child.kill("SIGKILL");
  await scene.daemon.ended;
  assert.equal(await scene.published(), 5);
  await assertPublishedAtStart(scene);
});

Deno.test("only a daemon takes --publish-every", async () => {
  const { code, stderr } = await runInOneProcess(["fetch-trades", "DETR", "--publish-every", "15m"]);
  assert.equal(code, 64);
  assert.match(stderr, /--publish-every is for --daemon/);
});

/** Asserts that the first cycle of another daemon publishes what waits in the spool. */
async function assertPublishedAtStart({ replica, dir, published }: Scene): Promise<void> {
  await using again = startDaemon(replica, dir, OPTIONS);
  await heard(again, / - Cycle 1: /);
  assert.equal(await published(), 10);
  await ended(again, "SIGTERM");
}

type Scene = Awaited<ReturnType<typeof sceneOf>>;

/** A daemon whose first cycle has published five minutes, and an exchange that may list five more. */
async function sceneOf() {
  const resources = new AsyncDisposableStack();
  const replica = resources.use(await startReplica({ days: [DAY], listed: { until: "2026-09-01T08:05" } }));
  const { path: dir } = resources.use(temporaryDirectory());
  const daemon: Program = resources.use(startDaemon(replica, dir, OPTIONS));
  await heard(daemon, / - Cycle 1: /);
  const path = new Layout(dir).partition(TRADES_BY_DAY, "DETR", DAY.date);
  return {
    replica,
    dir,
    daemon,
    /** How many files are in Parquet. */
    published: async () => (await readPartition(path, TRADES))!.ledger.size,
    /** Lists the other minutes; resolves when a cycle has left them in the spool. */
    held: async () => {
      replica.listed.until = null;
      await reached(daemon, "word of files that wait", () => isNextCycleTold(dir, "DETR") && isTold(dir));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function isTold(dir: string): boolean {
  const state = JSON.parse(Deno.readTextFileSync(new Layout(dir).status("DETR")));
  return state.heldBack?.names.length === 5;
}
