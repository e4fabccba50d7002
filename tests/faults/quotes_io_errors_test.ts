import assert from "node:assert/strict";
import { assertHoldsPartOfTruth, assertHoldsTruth, DATE, spooledQuotes } from "../collect/quotes/hours.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, logOf, PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { type Run, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
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

/** Two hours: of the first half is stored, all else waits in the spool. */
const QUOTES = {
  service: "DGAT-pretrade",
  date: DATE,
  rows: 60,
  minutes: { from: 530, until: 546 },
  odd: true,
};
/** What it may end with when the disk fails; 3 where Deno takes a folder that cannot be read for an empty one. */
const FORESEEN = [0, 3, 73];

const publishArgs = (dir: string) => ["--wrk-dir", dir, "reprocess", "DGAT", "--quotes"];

const publish = (dir: string, under: readonly string[]): Promise<Run> =>
  runProgram(publishArgs(dir), {
    under,
    deno: ["run", "--quiet", "-A", "--no-code-cache", ...STEADY], // the cache's calls are none of the program's
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });

Deno.test({
  name:
    "ENOSPC, EIO or EMFILE at the Nth call on the working directory, or from it on, while quotes are published: 73 " +
    "and one line that names the file; no stored quote is gone, and one rerun without faults gives exactly the truth",
  ignore: !canTrace,
}, async () => {
  using store = await spooledQuotes("DGAT", ["pretrade"], [QUOTES]);
  await store.publish(undefined, store.spool.files(DATE).slice(0, 5));
  using folder = temporaryDirectory();
  const unharmed = folder.of("unharmed");
  await copyFolder(store.path, unharmed);
  assertForeseen(await publish(unharmed, traced(folder.of("trace"), unharmed)), 0);
  await assertHoldsTruth({ path: unharmed }, [QUOTES]);

  const all = strikesIn(folder.of("trace"), unharmed);
  const chosen = everyRound ? all : sampleOf(all);
  const endings: string[] = [];
  for (const strike of chosen) endings.push(await round(strike, store.path, folder.of("dir")));
  const count = (ending: string) => endings.filter((other) => other === ending).length;
  console.log(
    `${chosen.length} of ${all.length} strikes: ${count("exit 73")} ended with 73, ${count("missed")} missed`,
  );
  assert.ok(count("missed") <= chosen.length / 4, "most strikes hit");
  assert.ok(count("exit 73") >= chosen.length / 3, "many end the command");
});

/** How it ended: `exit 73`, or `missed` when it made fewer calls than the run before. */
async function round(strike: Strike, base: string, dir: string): Promise<string> {
  await copyFolder(base, dir);
  const run = await publish(dir, traced(`${dir}.trace`, dir, strike));
  const hit = hasHit(`${dir}.trace`);
  try {
    if (hit) assertSpoken(run, dir);
    await assertHoldsPartOfTruth(dir, [QUOTES]);
    assertForeseen(await runInOneProcess(publishArgs(dir)), 0);
    assert.ok(await assertHoldsTruth({ path: dir }, [QUOTES]) > 0);
    assert.deepEqual(filesBelow(dir).filter((path) => path.includes("unfinished")), []);
  } catch (error) {
    throw new Error(`${textOf(strike)}: ${run.stderr}`, { cause: error });
  }
  return hit ? `exit ${run.code}` : "missed";
}

/** The run ended as foreseen, and named the file where it gave up. */
function assertSpoken(run: Run, dir: string): void {
  assert.ok(run.signal === null && FORESEEN.includes(run.code), `exit ${run.code}`);
  if (run.code !== 73) return;
  const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
  assert.deepEqual(errors.map((line) => line.includes(dir)), [true]);
}
