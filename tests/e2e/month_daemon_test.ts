import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { busy } from "../busy.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { caught } from "./caught.ts";
import { DAY, ended, heard, linesOf, startDaemon } from "./daemon_program.ts";
import { filesBelow, isThere } from "./disk.ts";
import { assertForeseen, reached, treeOf } from "./evidence.ts";
import { asideOf, temporaryDirectory } from "./harness.ts";
import { assertHoldsItsDays, consolidate, hasUnfinished, manyIsins, monthPath, storeDay } from "./months.ts";

const MONTH = "2026-09";
const MONTHLY = "data/de/xetra/trades_monthly";
/** What a user is promised; rounds, of which the machine may be busy with something else in some. */
const STOP_MILLIS = 500, LONGEST_MILLIS = 5_000, ROUNDS = 3;

Deno.test("the daemon makes the file of a month that has ended after the first cycle of a day, once", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using dir = temporaryDirectory();
  await using daemon = startDaemon(replica, dir.path);
  await heard(daemon, / - Consolidated 2026-09 of DETR: 400 trades of 1 day\n/);
  await reached(daemon, "the diary", () => existsSync(dir.of(".xetra-parqed/diary-DETR.json")));
  await heard(daemon, / - Cycle 1: /);
  assert.equal(await assertHoldsItsDays(dir.path, MONTH), 400);
  const before = treeOf(dir.of(MONTHLY));
  daemon.child.kill("SIGUSR2");
  await heard(daemon, / - Cycle 2: /);
  const run = await ended(daemon, "SIGTERM");
  assert.deepEqual(treeOf(dir.of(MONTHLY)), before);
  assert.deepEqual([linesOf(run, "WARNING"), linesOf(run, "ERROR")], [[], []]);
  assertForeseen(await consolidate(dir.path, "--month", MONTH), 0);
  assert.deepEqual(treeOf(dir.of(MONTHLY)), before, "the command finds nothing left to do");
});

Deno.test("SIGTERM while it makes a month ends a daemon in half a second, and nothing unfinished is left", async () => {
  await using replica = await startReplica({ days: [] });
  using dir = temporaryDirectory();
  for (let day = 1; day <= 4; day++) await storeDay(dir.path, `2026-09-0${day}`, manyIsins(4_000));
  const millis: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await using daemon = await caught({
      what: "a month being written",
      start: () => startDaemon(replica, dir.path),
      seen: () => hasUnfinished(asideOf(dir.of(MONTHLY))),
      isOver: () => isThere(monthPath(dir.path, MONTH)),
      undo: () => {
        Deno.removeSync(monthPath(dir.path, MONTH));
        Deno.removeSync(dir.of(".xetra-parqed/diary-DETR.json")); // it says that all months are made
      },
    });
    const stopping = ended(daemon, "SIGTERM");
    daemon.child.kill("SIGCONT");
    millis.push((await stopping).millis);
    assert.deepEqual(filesBelow(dir.of(MONTHLY)), []);
  }
  console.log(`SIGTERM, consolidating: ended after ${millis.map(Math.round).join(", ")} ms`);
  assert.ok(Math.min(...millis) < busy() * STOP_MILLIS, `${millis} ms`);
  assert.ok(Math.max(...millis) < busy() * LONGEST_MILLIS, `${millis} ms`);
  await using daemon = startDaemon(replica, dir.path);
  await heard(daemon, / - Consolidated 2026-09 of DETR: 320,000 trades of 4 days\n/);
  await ended(daemon, "SIGTERM");
  assert.deepEqual(filesBelow(dir.of(MONTHLY)), [monthPath(dir.path, MONTH)]);
});
