import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, logOf, PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { fetchArgs, type Run, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStillStores, assertStoresTruth } from "../e2e/truth.ts";
import { copyFolder } from "./copied_folder.ts";
import { everyRound } from "./extent.ts";
import {
  canTrace,
  hasHit,
  sampleOf,
  STEADY,
  type Strike,
  strikesIn,
  textOf,
  traced,
} from "./main_thread_calls.ts";

const DAY: DaySpec = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 60,
  minutes: { from: 480, until: 483 },
  untidiness: ODD,
};
/**
 * Two minutes of the first day are already stored; then come its third, a second day, and the daily files of both.
 */
const STORED_BEFORE = { until: "2026-09-01T08:02" };
/** Its unfinished files have the same names in each run. */
const DENO = ["run", "--quiet", "-A", ...STEADY];
/** One per core of the smallest machine. */
const LANES = 2;
/** The exit codes of a fetch when the disk fails; the docs explain each. */
const FORESEEN = [0, 3, 73];

Deno.test({
  name:
    "ENOSPC, EIO or EMFILE at the Nth call on the working directory, or from it on: a fetch ends with 73 (3 " +
    "when a folder cannot be read) and one line that names the file, or with 0 and everything; " +
    "no stored trade is gone, and one rerun without faults gives exactly the truth",
  ignore: !canTrace,
}, async () => {
  await using replica = await startReplica({
    days: [DAY, { ...DAY, date: "2026-09-02" }],
    daily: true,
    listed: STORED_BEFORE,
  });
  using folder = temporaryDirectory();
  const base = folder.of("base");
  assertForeseen(await runInOneProcess(fetchArgs(replica, base)), 0);
  replica.listed.until = null;

  const unharmed = folder.of("unharmed");
  await copyFolder(base, unharmed);
  const trace = folder.of("unharmed.trace");
  assertForeseen(
    await runProgram(fetchArgs(replica, unharmed), { under: traced(trace, unharmed), deno: DENO }),
    0,
  );
  const all = strikesIn(trace, unharmed);
  const chosen = everyRound ? all : sampleOf(all);

  const codes = new Map<string, number>();
  let rounds = 0;
  const queue = chosen.values();
  const lane = async (dir: string) => {
    for (const strike of queue) {
      const ending = await round({ strike, base, dir, replica });
      codes.set(ending, (codes.get(ending) ?? 0) + 1);
      if (++rounds % 100 === 0) console.log(`${rounds} of ${chosen.length} strikes`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(folder.of(`lane${number}`))));
  console.log(`${chosen.length} of ${all.length} strikes:`, Object.fromEntries([...codes].sort()));
  assert.ok((codes.get("missed") ?? 0) <= chosen.length / 10, "most strikes hit");
  assert.ok((codes.get("exit 73") ?? 0) >= chosen.length / 3, "many end a fetch");
});

interface Round {
  readonly strike: Strike;
  readonly base: string;
  readonly dir: string;
  readonly replica: Replica;
}

/** How it ended: `exit 73`, or `missed` when it made fewer calls than the run before. */
async function round({ strike, base, dir, replica }: Round): Promise<string> {
  await copyFolder(base, dir);
  const trace = `${dir}.trace`;
  const run = await runProgram(fetchArgs(replica, dir), {
    under: traced(trace, dir, strike),
    deno: DENO,
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
  const hit = hasHit(trace);
  try {
    if (hit) await assertSpoken(run, strike, dir, replica);
    await assertStillStores(dir, base, replica);
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 0);
    await assertStoresTruth(dir, replica);
    assert.deepEqual(filesBelow(dir).filter((path) => path.includes("unfinished")), []);
  } catch (error) {
    throw new Error(`${textOf(strike)}: ${run.stderr}`, { cause: error });
  }
  return hit ? `exit ${run.code}` : "missed";
}

/** Asserts that the run ended in an expected way, and named the path, once, unless it has stored everything. */
async function assertSpoken(run: Run, { call }: Strike, dir: string, replica: Replica): Promise<void> {
  assert.equal(run.signal, null, "it ended by itself");
  assert.ok(FORESEEN.includes(run.code), `exit ${run.code}`);
  assertForeseen(run, run.code);
  const log = logOf(run);
  if (run.code === 0) return void await assertStoresTruth(dir, replica);
  if (run.code === 3) {
    // Deno takes an unreadable folder for an empty one: files fetched into it are not seen.
    assert.equal(call, "getdents64");
    assert.ok(
      log.some((line) => /^WARNING .*\.json\.gz, fetched, but its folder does not show it/.test(line)),
    );
    return;
  }
  const errors = log.filter((line) => line.startsWith("ERROR "));
  assert.deepEqual(errors.map((line) => line.includes(dir)), [true], "one line, which names the file");
}
