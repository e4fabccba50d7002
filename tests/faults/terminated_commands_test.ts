import assert from "node:assert/strict";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen } from "../e2e/evidence.ts";
import { temporaryDirectory } from "../e2e/harness.ts";
import { judgeRecovery } from "./campaign.ts";
import { everyRound } from "./extent.ts";
import { Judge } from "./judge.ts";
import { endOf, referenceOf, terminateAt } from "./kills.ts";
import { STRIKES } from "./strikes.ts";
import { canTrace } from "./trace.ts";

/** What `deno task test` looks at; `stop_rounds_test.ts` has daemons, `signals_test.ts` fetches. */
const SAMPLED = ["a consolidation", "a merge", "a making of bars", "an export"];
/** A day that is published for seconds has a test of its own, and so has a log. */
const LEFT_OUT = ["a fetch of a large day", "a log rotation"];
/** SIGTERM ends a command with this, and a daemon with 0. */
const TERMINATED = 143;

for (const name of everyRound ? Object.keys(STRIKES).filter((name) => !LEFT_OUT.includes(name)) : SAMPLED) {
  Deno.test({
    name:
      `SIGTERM at ${
        everyRound ? "each" : "one"
      } of the calls of ${name} ends it in order: nothing unfinished is ` +
      "left, nothing stored is gone, and the next run completes it",
    ignore: !canTrace,
    async fn() {
      await using strike = await STRIKES[name]();
      using dir = temporaryDirectory();
      const { targets } = await referenceOf(strike, dir.path);
      using judge = await Judge.of(strike, dir.path);
      const endings: Record<string, number> = {};
      const failures: string[] = [];
      for (const target of everyRound ? targets : [targets[Math.floor(targets.length / 2)]]) {
        const run = await terminateAt(strike, target, dir.path);
        endings[run.code] = (endings[run.code] ?? 0) + 1;
        try {
          assertForeseen(run, run.code === strike.code ? strike.code : TERMINATED);
          assert.deepEqual(filesBelow(dir.path).filter((path) => /\/\.unfinished-|\/runs-/.test(path)), []);
          await judgeRecovery(strike, judge, dir.path, [run]);
        } catch (error) {
          const what = `${target.name} ${target.nth}: ${(error as Error).message}`;
          failures.push(`${what}\nThe run ${endOf(run)}`);
        }
      }
      console.log(`${name}, SIGTERM at ${targets.length} calls; exit codes:`, endings);
      assert.equal(failures.length, 0, failures.join("\n"));
    },
  });
}
