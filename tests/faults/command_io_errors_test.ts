import assert from "node:assert/strict";
import { isVenueCode } from "../../src/feed/venue.ts";
import { assertForeseen, logOf } from "../e2e/evidence.ts";
import { type Run, temporaryDirectory } from "../e2e/harness.ts";
import { judgeRecovery } from "./campaign.ts";
import { everyRound } from "./extent.ts";
import { Judge } from "./judge.ts";
import { copyInto, endOf, runIn } from "./kills.ts";
import {
  canTrace,
  hasHit,
  STEADY,
  type Strike as Fault,
  strikesIn,
  textOf,
  traced,
} from "./main_thread_calls.ts";
import type { Strike } from "./strike.ts";
import { STRIKES } from "./strikes.ts";

/** What writes beside fetches and daemons, which have their own tests. */
const COMMANDS = [
  "a reprocess --force",
  "a cleanup",
  "a consolidation",
  "a merge",
  "a merge of quotes",
  "a repair from another collector",
  "a making of bars",
  "an export",
  "an export of quotes",
];
/** What `deno task test` looks at. */
const SAMPLED = ["a consolidation", "a merge", "a making of bars", "an export"];
/** How many of the errors of each, of which there are up to a thousand. */
const ERRORS = everyRound ? 30 : 3;
/** How Deno ends that may open no file at all any more: it reads about its stack in one. */
const DENOS_OWN = /^Deno has panicked/m;
/** Without Deno's cache of compiled code, whose calls are none of the program's. */
const DENO = ["run", "--quiet", "-A", "--no-code-cache", ...STEADY];

for (const name of everyRound ? COMMANDS : SAMPLED) {
  Deno.test({
    name:
      `ENOSPC, EIO or EMFILE at ${ERRORS} of the calls of ${name}, or from one on: 73 and one line a venue ` +
      "that names the file, or all is done; nothing stored is gone, and the next run completes it",
    ignore: !canTrace,
    async fn() {
      await using strike = await STRIKES[name]();
      using folder = temporaryDirectory();
      const dir = folder.of("dir");
      Deno.mkdirSync(dir);
      const unharmed = await runUnder(strike, dir, traced(`${dir}.trace`, dir));
      assert.equal(unharmed.code, strike.code, endOf(unharmed));
      using judge = await Judge.of(strike, dir);
      const faults = strikesIn(`${dir}.trace`, dir);
      const endings: Record<string, number> = {};
      const failures: string[] = [];
      for (const fault of evenly(faults, ERRORS)) {
        const run = await failingRun(strike, dir, fault);
        const ending = run === null ? "missed" : `exit ${run.code}`;
        endings[ending] = (endings[ending] ?? 0) + 1;
        try {
          if (run !== null) await judgeFailed(strike, judge, dir, run, fault);
        } catch (error) {
          failures.push(`${textOf(fault)}: ${(error as Error).message}\nThe run ${endOf(run!)}`);
        }
      }
      console.log(`${name}, of ${faults.length} errors:`, endings);
      assert.equal(failures.length, 0, failures.join("\n"));
      assert.ok((endings.missed ?? 0) <= ERRORS / 2, "most errors hit");
    },
  });
}

/** Runs a strike's command on a new copy of its start. */
function runUnder(strike: Strike, dir: string, under: readonly string[]): Promise<Run> {
  copyInto(dir, strike.start);
  return runIn(dir, strike, { deno: DENO, under });
}

/** A run that an error hit; null when it made fewer calls than the one before. */
async function failingRun(strike: Strike, dir: string, fault: Fault): Promise<Run | null> {
  const run = await runUnder(strike, dir, traced(`${dir}.trace`, dir, fault));
  return hasHit(`${dir}.trace`) ? run : null;
}

/**
 * The run did all that it should, or said which file stopped it; and the next one does the rest. All venues of a command
 * are tried, so what fails from one call on may stop several, each with its line.
 */
async function judgeFailed(
  strike: Strike,
  judge: Judge,
  dir: string,
  run: Run,
  { call }: Fault,
): Promise<void> {
  if (run.code === strike.code) {
    await judge.holdsTruth(dir);
    await strike.judge?.(dir, [run, run]);
  } else if (!DENOS_OWN.test(run.stderr)) {
    // Deno takes a folder that cannot be read for an empty one: then files seem to have been taken away (3, 65), or there
    // seems to be nothing of what the whole run ends with 3 for, as of files that a cleanup keeps.
    const isUnread = call === "getdents64" && (strike.code === 3 ? [0, 65] : [3, 65]).includes(run.code);
    assertForeseen(run, isUnread ? run.code : 73);
    const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
    if (!isUnread) {
      const venues = strike.args(dir).filter((arg) => isVenueCode(arg)).length;
      assert.ok(errors.length >= 1 && errors.length <= venues, `${errors.length} lines of ${venues} venues`);
      assert.equal(new Set(errors.map(venueOf)).size, errors.length, "one line a venue");
      assert.deepEqual(errors.filter((line) => !line.includes(dir)), [], "each names its file");
    }
  }
  await judgeRecovery(strike, judge, dir, [run]);
}

/** The venue of a line of the log; undefined where it is of none. */
function venueOf(line: string): string | undefined {
  return /^ERROR (D[A-Z0-9]{3}): /.exec(line)?.[1];
}

function evenly(all: readonly Fault[], count: number): Fault[] {
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]);
}
