import fc from "fast-check";
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen } from "./evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  kill,
  type Run,
  runProgram,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "./harness.ts";
import { assertStoresPartOf, assertStoresTruth } from "./truth.ts";

const KILLS = 20;
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
    name: `killed before any ${call} while a partition grows, the program loses nothing and repeats nothing`,
    ignore: !straceWorks(),
    async fn() {
      const day = { ...DAYS[1], minutes: { from: 420, until: 425 } };
      await using replica = await startReplica({ days: [day], listed: { until: "2026-09-01T07:03" } });
      using before = temporaryDirectory();
      assertForeseen(await runProgram(fetchArgs(replica, before.path)), 0);
      replica.listed.until = null;
      const kills = await killAtEach(call, replica, ["DETR"], before.path);
      // Two minute files, the partition, the record of missing names before and after, and two files for monitoring;
      // each is synced with its folder. For the partition, so is the folder in which it is made, and a rename of an
      // empty file shows beforehand whether renaming works; for the state folder, syncing is tried once to see
      // whether the disk can.
      assert.equal(kills, call === "rename" ? 8 : 16);
    },
  });
}

Deno.test({
  name: "killed before any rename while a daily file lands in two dates, the program loses nothing",
  ignore: !straceWorks(),
  async fn() {
    const day = { ...DAYS[1], venue: "DEUR", minutes: { from: -15, until: 15 }, opens: 60 };
    await using replica = await startReplica({ days: [day], daily: true });
    using before = temporaryDirectory();
    // The daily file, a partition for each date with its trial rename, the record of missing names before and after,
    // the venue's fields, the mark that new fields were reported, and two files for monitoring.
    assert.equal(await killAtEach("rename", replica, ["DEUR"], before.path), 11);
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
 * Runs the program on copies of a working directory, kills it before the first, second, … of these system calls,
 * as many as it makes, and asserts each time that it recovers. Returns how many there were.
 */
async function killAtEach(
  call: string,
  replica: Replica,
  venues: readonly string[],
  before: string,
): Promise<number> {
  const needed = await downloadsDuring(replica, async () => {
    using dir = copyOf(before);
    assertForeseen(await runProgram(fetchArgs(replica, dir.path, venues)), 0);
  });
  for (let count = 1; count < 100; count++) {
    using dir = copyOf(before);
    const kill = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${count}`];
    const under = ["strace", "-f", "-qq", "-o", "/dev/null", ...kill];
    const { code } = await runProgram(fetchArgs(replica, dir.path, venues), { under, deno: UNCACHED });
    if (code === 0) return count - 1;
    assert.equal(code, 137);
    await assertRecovers(replica, dir.path, needed, venues);
  }
  throw new Error(`a small run made more than 100 calls of ${call}`);
}

function copyOf(folder: string): TemporaryDirectory {
  const copy = temporaryDirectory();
  cpSync(folder, copy.path, { recursive: true });
  return copy;
}

/** Whether this machine has strace and lets it trace; without it a kill cannot be placed exactly. */
function straceWorks(): boolean {
  try {
    return new Deno.Command("strace", { args: ["-qq", "-o", "/dev/null", "true"], stderr: "null" })
      .outputSync()
      .success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
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
    assertForeseen(await runProgram(fetchArgs(replica, dir, venues)), 0);
  });
  assert.deepEqual(downloads.toSorted(), needed.filter((name) => !kept.includes(name)).toSorted());
  await assertStoresTruth(dir, replica);
  const leftovers = filesBelow(dir).filter((path) => /\/\.unfinished-|\/runs-/.test(path));
  assert.deepEqual(leftovers, []);
}
