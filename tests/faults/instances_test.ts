import assert from "node:assert/strict";
import { drip } from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { daemonArgs, ended, heard } from "../e2e/daemon_program.ts";
import { filesBelow } from "../e2e/disk.ts";
import { assertForeseen, awaited, countsOf, onlyErrorOf, repeatedSoon, treeOf } from "../e2e/evidence.ts";
import {
  fetchArgs,
  type Program,
  type Run,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { canSetClocks, fastClock } from "./set_clock.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const SLOW = "DETR-posttrade-2026-09-01T08_04.json.gz";
const VENUES = ["DETR", "DFRA", "DGAT", "DEUR"];
/** The windows are long, so that a busy machine's late request is well within the slack. */
const QUOTA = { downloads: 20, seconds: 6 };

for (const instances of [2, 20]) {
  Deno.test(`of ${instances} fetches at once in one working directory one works and the others exit 75 with one line; each file is asked for once, and the truth is stored`, async () => {
    await using replica = await startReplica({ days: [DAY] });
    replica.inject("storage", drip(100, 200), { name: SLOW, times: 1 });
    using folder = temporaryDirectory();
    const lock = folder.of(".xetra-parqed/write-DETR.lock");
    await using programs = new Programs(instances, () => startProgram(fetchArgs(replica, folder.path)));
    const worker = await programs.holderOf(lock);
    worker.child.kill("SIGSTOP"); // however long the others take, they find it at work
    const others = await programs.endOfAllBut(worker);
    worker.child.kill("SIGCONT");
    for (const run of others) {
      const error = onlyErrorOf(run, 75);
      assert.match(
        error,
        new RegExp(`^DETR: Another process \\(PID ${worker.child.pid}\\) holds ${lock}: let it end, `),
      );
    }
    assertForeseen(await worker.ended, 0);
    const asked = countsOf(replica.requests.filter(({ place }) => place === "download"));
    assert.equal(Object.keys(asked).length, 10);
    // The others may take so long that the one that was stopped no longer waits for what was on its way.
    assert.deepEqual(repeatedSoon(replica.requests, "download"), []);
    assert.deepEqual(leftovers(folder.path), []);
    assert.equal(await assertStoresTruth(folder.path, replica), 400);
  });
}

Deno.test("of twenty daemons of one venue that start at once one keeps running, and 19 exit 75 with one line; the running one stores the truth and ends with 0", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  await using programs = new Programs(20, () => startProgram(daemonArgs(replica, folder.path)));
  const held = folder.of(".xetra-parqed/daemon-DETR.lock");
  const daemon = await programs.holderOf(held);
  for (const run of await programs.endOfAllBut(daemon)) {
    assert.equal(
      onlyErrorOf(run, 75),
      `Another instance is already running (PID ${daemon.child.pid}): it holds ${held}`,
    );
  }
  await heard(daemon, / - Cycle 1: DETR: 10 files, 400 trades, /);
  await ended(daemon, "SIGTERM");
  assert.equal(countsOf(replica.requests)["list DETR"], 1);
  assert.deepEqual(leftovers(folder.path), []);
  assert.equal(await assertStoresTruth(folder.path, replica), 400);
});

Deno.test("five fetches each of four venues at once keep to one quota: of each venue one works, the others exit 75 or find all stored, and the truth is stored", async () => {
  const days = VENUES.map((venue) => ({ ...DAY, venue }));
  await using replica = await startReplica({ days, quota: QUOTA });
  using folder = temporaryDirectory();
  const options = ["--quota", `${QUOTA.downloads}/${QUOTA.seconds}`];
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => VENUES).flat().map(async (venue) => ({
      venue,
      run: await runProgram(fetchArgs(replica, folder.path, [venue], ...options)),
    })),
  );
  for (const venue of VENUES) {
    const worked = runs.filter((one) => one.venue === venue).filter(({ run }) => didWork(run));
    assert.equal(worked.length, 1, venue);
    assert.match(worked[0].run.stderr, /10 files fetched, 400 trades added/);
  }
  const sent = countsOf(replica.requests.filter(({ place }) => place === "storage"));
  assert.equal(Object.keys(sent).length, 40);
  assert.deepEqual(repeatedSoon(replica.requests, "storage"), []);
  console.log(
    `20 fetches of four venues: ${replica.refused()} times 429, ${replica.maxInAnyWindow()} in a window`,
  );
  // A machine so busy that a request is late by more than the slack may be refused once by each venue.
  assert.ok(replica.refused() <= VENUES.length, `${replica.refused()} times 429`);
  assert.equal(await assertStoresTruth(folder.path, replica), 1_600);
});

Deno.test({
  name:
    "maintenance beside a process that keeps a venue's write lock waits for a minute, by clocks that run sixty times " +
    "as fast, then exits 75 with one line that names who holds it, and has changed nothing",
  ignore: !canSetClocks,
  fn: async () => {
    await using replica = await startReplica({ days: [DAY] });
    using folder = temporaryDirectory();
    assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
    using lock = Deno.openSync(folder.of(".xetra-parqed/write-DETR.lock"), { read: true, write: true });
    assert.ok(lock.tryLockSync(true));
    const before = treeOf(folder.of("data"));
    const commands = [["cleanup-raw", "--keep-days", "0"], ["reprocess", "--force"]];
    await Promise.all(commands.map(async ([command, ...more]) => {
      const args = [command, "DETR", "--wrk-dir", folder.path, ...more];
      const run = await runProgram(args, { env: fastClock(60) });
      assert.match(
        onlyErrorOf(run, 75),
        /^DETR: Another process \(PID \d+\) holds .*write-DETR\.lock: let it end, or /,
      );
      assert.ok(run.millis >= 1_000, `${command} waited for ${run.millis * 60} ms only`);
    }));
    assert.deepEqual(treeOf(folder.of("data")), before);
  },
});

/**
 * Whether a run fetched something; otherwise it was refused because of another, or came when everything was stored.
 */
function didWork(run: Run): boolean {
  if (run.code === 75) onlyErrorOf(run, 75);
  else assertForeseen(run, 0);
  return run.code === 0 && !run.stderr.includes("All available data already stored");
}

/** What no process may leave behind. */
function leftovers(dir: string): string[] {
  return filesBelow(dir).filter((path) => /\.unfinished-|\/runs-/.test(path));
}

/** Programs that start at once; disposing them kills them. */
class Programs implements AsyncDisposable {
  readonly #programs: Program[];

  constructor(count: number, start: () => Program) {
    this.#programs = Array.from({ length: count }, start);
  }

  /** The program whose PID is in a lock file, as soon as there is one. */
  async holderOf(lock: string): Promise<Program> {
    let holder: Program | undefined;
    await awaited(`a holder of ${lock}`, () => (holder = this.#namedIn(lock)) !== undefined);
    return holder!;
  }

  endOfAllBut(one: Program): Promise<Run[]> {
    return Promise.all(this.#programs.filter((program) => program !== one).map(({ ended }) => ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program[Symbol.asyncDispose]()));
  }

  #namedIn(lock: string): Program | undefined {
    try {
      const pid = Number(Deno.readTextFileSync(lock));
      return this.#programs.find(({ child }) => child.pid === pid);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}
