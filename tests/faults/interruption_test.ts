import fc from "fast-check";
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  kill,
  type Run,
  runProgram,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresPartOf, assertStoresTruth } from "../e2e/truth.ts";
import { everyRound } from "./extent.ts";
import { canTrace } from "./trace.ts";

const KILLS = everyRound ? 20 : 6;
/** Of the calls of a kind, each or every third is struck. */
const STEP = everyRound ? 1 : 3;
const ANY = everyRound ? "any" : "every third";
/** A day that comes from its daily file, and the morning of the next by minutes. */
const DAYS: readonly DaySpec[] = [
  {
    venue: "DETR",
    date: "2026-08-31",
    trades: 1_000,
    minutes: { from: 420, until: 450 },
    untidiness: UNTIDY,
  },
  {
    venue: "DETR",
    date: "2026-09-01",
    trades: 1_000,
    minutes: { from: 420, until: 450 },
    untidiness: UNTIDY,
  },
];

Deno.test(`killed at ${KILLS} random moments and run again, the program ends with the same table and repeats nothing`, async () => {
  await using replica = await startReplica({
    days: DAYS,
    daily: true,
    listed: { until: "2026-09-01T12:00" },
  });
  let { millis, needed } = await uninterrupted(replica);
  assert.equal(needed.length, 1 + 30);
  const moments = fractions(KILLS).map((fraction, i) => (i + fraction) / KILLS);
  let killed = 0;
  for (let tries = 0; killed < KILLS && tries < 3 * KILLS; tries++) {
    using dir = temporaryDirectory();
    const run = await runFor(moments[killed] * millis, fetchArgs(replica, dir.path));
    if (run.signal === null) millis = run.millis; // The machine has become faster: the same moment again.
    else killed++;
    await assertRecovers(replica, dir.path, needed);
  }
  assert.equal(killed, KILLS);
});

for (const call of ["rename", "fsync"]) {
  Deno.test({
    name:
      `killed before ${ANY} ${call} while a partition grows, the program loses nothing and repeats nothing`,
    ignore: !canTrace,
    async fn() {
      const day = { ...DAYS[1], minutes: { from: 420, until: 425 } };
      await using replica = await startReplica({ days: [day], listed: { until: "2026-09-01T07:03" } });
      using before = temporaryDirectory();
      assertForeseen(await runInOneProcess(fetchArgs(replica, before.path)), 0);
      replica.listed.until = null;
      // Two minute files, the partition, the record of missing names before and after, and two files for monitoring;
      // each is synced with its folder. For the partition, so is the folder in which it is made, and a rename of an
      // empty file shows beforehand whether renaming works; for the state folder, syncing is tried once to see
      // whether the disk can.
      await killAtEach(call, call === "rename" ? 8 : 16, replica, ["DETR"], before.path);
    },
  });
}

Deno.test({
  name: `killed before ${ANY} rename while a daily file lands in two dates, the program loses nothing`,
  ignore: !canTrace,
  async fn() {
    const day = { ...DAYS[1], venue: "DEUR", minutes: { from: -15, until: 15 }, opens: 60 };
    await using replica = await startReplica({ days: [day], daily: true });
    using before = temporaryDirectory();
    // The daily file, a partition for each date with its trial rename, the record of missing names before and after,
    // the venue's fields, the mark that new fields were reported, and two files for monitoring.
    await killAtEach("rename", 11, replica, ["DEUR"], before.path);
  },
});

/** Runs the program and kills it after this time, unless it has ended. */
async function runFor(millis: number, args: readonly string[]): Promise<Run> {
  await using program = startProgram(args);
  const timer = setTimeout(() => kill(program.child), millis);
  try {
    return await program.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** A run on an empty folder: how long it takes, and which files it asks for. */
async function uninterrupted(replica: Replica): Promise<{ millis: number; needed: string[] }> {
  let millis = Infinity;
  let needed: string[] = [];
  for (const _try of ["cold", "warm"]) {
    using dir = temporaryDirectory();
    needed = await downloadsDuring(replica, async () => {
      const run = await runProgram(fetchArgs(replica, dir.path));
      assertForeseen(run, 0);
      millis = Math.min(millis, run.millis);
    });
  }
  return { millis, needed };
}

/** Random numbers from 0 to 1, the same at every run. */
function fractions(count: number): number[] {
  return fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed: 2, numRuns: count });
}

/** Deno's cache of compiled code is a database that is synced now and then: these calls are not the program's. */
const UNCACHED = ["run", "--quiet", "-A", "--no-code-cache"];

/**
 * Runs the program on copies of a working directory, kills it before these system calls, of which it makes so many,
 * and asserts each time that it recovers.
 */
async function killAtEach(
  call: string,
  calls: number,
  replica: Replica,
  venues: readonly string[],
  before: string,
): Promise<void> {
  const runUntil = (dir: string, count: number) => {
    const kill = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${count}`];
    const under = ["strace", "-f", "-qq", "-o", "/dev/null", ...kill];
    return runProgram(fetchArgs(replica, dir, venues), { under, deno: UNCACHED });
  };
  const needed = await downloadsDuring(replica, async () => {
    using dir = copyOf(before);
    assertForeseen(await runUntil(dir.path, calls + 1), 0);
  });
  for (let count = calls; count > 0; count -= STEP) {
    using dir = copyOf(before);
    const { code } = await runUntil(dir.path, count);
    assert.equal(code, 137, `there is no ${call} ${count}`);
    await assertRecovers(replica, dir.path, needed, venues);
  }
}

function copyOf(folder: string): TemporaryDirectory {
  const copy = temporaryDirectory();
  cpSync(folder, copy.path, { recursive: true });
  return copy;
}

/** Asserts that what a killed run left is part of the truth, and that the next run completes it and no more. */
async function assertRecovers(
  replica: Replica,
  dir: string,
  needed: readonly string[],
  venues: readonly string[] = ["DETR"],
): Promise<void> {
  await assertStoresPartOf(dir, replica);
  const kept = filesBelow(join(dir, "data/de/xetra/raw")).map((path) => basename(path));
  const downloads = await downloadsDuring(replica, async () => {
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir, venues)), 0);
  });
  assert.deepEqual(downloads.toSorted(), needed.filter((name) => !kept.includes(name)).toSorted());
  await assertStoresTruth(dir, replica);
  const leftovers = filesBelow(dir).filter((path) => /\/\.unfinished-|\/runs-/.test(path));
  assert.deepEqual(leftovers, []);
}
