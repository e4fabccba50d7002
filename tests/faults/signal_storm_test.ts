import assert from "node:assert/strict";
import { stall } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { heard, startDaemon } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, countsOf, logOf, reached } from "../e2e/evidence.ts";
import { fetchArgs, type Program, type Run, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const SLOW = "DETR-posttrade-2026-09-01T08_04.json.gz";
const STORM = ["SIGHUP", "SIGUSR2", "SIGTERM"] as const;
/** The number of signals before the first SIGTERM. */
const CALM = 300;
const MOST_SIGNALS = 1_000_000;
const ROUNDS = 3;

/** When the storm comes, and what it must not undo. */
const MOMENTS: Record<string, (replica: Replica, daemon: Program) => Promise<void>> = {
  "while it is idle": (_, daemon) => heard(daemon, / - Next cycle at /),
  "in the middle of a download": (replica, daemon) => {
    replica.inject("storage", stall(10), { name: SLOW, times: 1 });
    return reached(daemon, "the slow download", () => countsOf(replica.requests)[`storage ${SLOW}`] === 1);
  },
};

for (const [when, moment] of Object.entries(MOMENTS)) {
  Deno.test(`hundreds of SIGHUP, SIGUSR2 and SIGTERM, ${when} and until its very end, end a daemon once with 0: no PID file, one last line, no half file; the next run fetches the rest (${ROUNDS} rounds)`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await using replica = await startReplica({ days: [DAY] });
      using folder = temporaryDirectory();
      const [pidFile, log] = [folder.of("detr.pid"), folder.of("detr.log")];
      const options = ["--log-level", "DEBUG", "--pid-file", pidFile, "--log-file", log];
      await using daemon = startDaemon(replica, folder.path, options);
      await moment(replica, daemon);
      const run = await stormed(daemon);
      assertEnded(run, Deno.readTextFileSync(log));
      assert.throws(() => Deno.statSync(pidFile), Deno.errors.NotFound);
      assert.deepEqual(filesBelow(folder.path).filter((path) => /\.unfinished-/.test(path)), []);
      assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
      assert.equal(await assertStoresTruth(folder.path, replica), 400);
    }
  });
}

/** Sends signals until the daemon has ended, SIGTERM among them when `CALM` have been sent. */
async function stormed({ child, ended }: Program): Promise<Run> {
  let sent = 0;
  for (; sent < MOST_SIGNALS && isSent(child, STORM[sent % (sent < CALM ? 2 : STORM.length)]); sent++) {
    if (sent % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  console.log(`the daemon has ended after ${sent} signals`);
  return await ended;
}

/** False when the process has ended. */
function isSent(child: Deno.ChildProcess, signal: Deno.Signal): boolean {
  try {
    child.kill(signal);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false; // "Child process has already terminated"
    throw error;
  }
}

function assertEnded(run: Run, log: string): void {
  assertForeseen(run, 0);
  assert.equal(run.signal, null);
  const last = logOf(run).filter((line) => line.includes("Stopping daemon mode"));
  assert.deepEqual(last, ["INFO Stopping daemon mode for DETR, ended by SIGTERM"]);
  assert.equal(log, run.stderr);
}
