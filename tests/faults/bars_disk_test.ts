import assert from "node:assert/strict";
import { join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { BARS_1D, BARS_1M } from "../../src/store/datasets.ts";
import { Layout } from "../../src/store/layout.ts";
import { assertBarsAgree } from "../derive/judge.ts";
import { daemonArgs, ended, heard } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, logOf, onlyErrorOf } from "../e2e/evidence.ts";
import { fetchArgs, runProgram, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { canMount, type OwnDisks, ownDisks } from "../e2e/own_disk.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 3_000, minutes: { from: 480, until: 500 } };
const BARS = ["bars_1m", "bars_1d"] as const;

/** Fills the rest of a disk, to the last page. */
const FILL = 'cat /dev/zero > "$1/fill" 2> /dev/null || true';
const MAKE_ROOM = 'rm "$1/fill"';

/** A working directory with a separate disk for bars, and the paths of its files as a program sees them. */
interface Scene extends AsyncDisposable {
  readonly replica: Replica;
  readonly dir: string;
  readonly disk: OwnDisks;
  readonly folder: string;
  readonly path: string;
}

async function sceneOf(bars: typeof BARS[number]): Promise<Scene> {
  const resources = new AsyncDisposableStack();
  const replica = resources.use(await startReplica({ days: [DAY], listed: { until: `${DAY.date}T08:05` } }));
  const dir = resources.use(temporaryDirectory()).of("work");
  const folder = join(dir, "data/de/xetra", bars);
  const disk = resources.use(await ownDisks({ [folder]: "2m" }));
  const layout = new Layout(dir);
  const path = bars === "bars_1m"
    ? layout.partition(BARS_1M, "DETR", DAY.date)
    : layout.partition(BARS_1D, "DETR", "2026-09");
  return { replica, dir, disk, folder, path, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function assertWhole({ disk, dir, replica }: Scene): Promise<void> {
  await assertStoresTruth(disk.seen(dir), replica);
  for (const bars of BARS) await assertBarsAgree(disk.seen(dir), bars);
  assert.deepEqual(filesBelow(disk.seen(dir)).filter((path) => path.includes("unfinished")), []);
}

for (const bars of BARS) {
  Deno.test({
    name:
      `a full disk under ${bars}: the command bars ends with 73 and names the file, which stays as it was`,
    ignore: !canMount,
  }, async () => {
    await using scene = await sceneOf(bars);
    const { replica, dir, disk, folder, path } = scene;
    const fetch = () => runProgram(fetchArgs(replica, dir), disk);
    const make = () => runProgram(["--wrk-dir", dir, "bars", "DETR", "--all"], disk);
    assertForeseen(await fetch(), 0);
    assertForeseen(await make(), 0);
    const before = Deno.readFileSync(disk.seen(path));
    await disk.run(FILL, folder);
    replica.listed.until = null;
    assertForeseen(await fetch(), 0);
    const error = onlyErrorOf(await make(), 73);
    assert.ok(error.startsWith(`DETR: cannot write ${path}: the disk is full.`), error);
    assert.deepEqual(Deno.readFileSync(disk.seen(path)), before);
    await disk.run(MAKE_ROOM, folder);
    assertForeseen(await make(), 0);
    await assertWhole(scene);
  });

  Deno.test({
    name:
      `a full disk under ${bars}: a daemon warns of it, stores what it fetches, and makes them when there is room`,
    ignore: !canMount,
  }, async () => {
    await using scene = await sceneOf(bars);
    const { replica, dir, disk, folder, path } = scene;
    await disk.run(FILL, folder);
    replica.listed.until = null;
    await using daemon = startProgram(daemonArgs(replica, dir), disk);
    await heard(daemon, / - Cycle 1: DETR: 20 files, 3,000 trades, /);
    await disk.run(MAKE_ROOM, folder);
    daemon.child.kill("SIGUSR2");
    await heard(daemon, / - Cycle 2: DETR: 0 files, 0 trades, bars of 1 (day and 1 )?(month|day), /);
    const run = await ended(daemon, "SIGTERM");
    assert.equal(run.code, 0);
    const warnings = logOf(run).filter((line) => /^(WARNING|ERROR)/.test(line) && line.includes("bars"));
    assert.deepEqual(warnings, [
      `WARNING DETR: bars are not up to date: cannot write ${path}: ` +
      "the disk is full. Nothing that was stored is lost: free some space and run again",
    ]);
    await assertWhole(scene);
  });
}
