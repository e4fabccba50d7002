import assert from "node:assert/strict";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { closing, DAY, ended, heard, linesOf, startDaemon, statusOf, upToDate } from "./daemon_program.ts";
import { reached } from "./evidence.ts";
import { temporaryDirectory } from "./harness.ts";
import { assertStoresTruth } from "./truth.ts";

Deno.test("an exchange that is down is an ERROR, an outage at the third cycle, and its files are fetched when it is back", async () => {
  const now = upToDate("DETR");
  const listed = { from: "2026-09-01T08:05" };
  const options = { days: [DAY, now], files: closing(now), listed, port: portOfItsOwn() };
  const first = await startReplica(options);
  using folder = temporaryDirectory();
  await using daemon = startDaemon(first, folder.path, ["--interval", "1s"]);
  await heard(daemon, / - Cycle 1: DETR: 7 files, /);
  await first.close();
  await heard(daemon, /\| ERROR .* - Cycle \d+ failed: DETR: The exchange does not list its files at /);
  assert.deepEqual(await checkOf(folder.path), [
    1,
    "DETR: the last cycle failed: The exchange does not list",
  ]);
  await heard(daemon, /\| INFO .* - Cycle \d+ failed like the one before, 2 in a row\n/);
  await heard(daemon, /\| ERROR .* - 3 cycles in a row have failed: DETR: The exchange does not list/);
  await reached(daemon, "the third failure", () => failedCyclesIn(folder.path) === 3);
  assert.deepEqual(await checkOf(folder.path), [2, "DETR: 3 failed cycles in a row"]);

  await using second = await startReplica({ ...options, listed: {} });
  await heard(daemon, / - Working again after 3 failed cycle\(s\)\n/);
  await reached(daemon, "the recovery", () => failedCyclesIn(folder.path) === 0);
  assert.deepEqual(await checkOf(folder.path), [0, "DETR: fine"]);
  const run = await ended(daemon, "SIGTERM");
  assert.equal(linesOf(run, "ERROR").length, 2, "what repeats is escalated, not repeated");
  assert.match(run.stderr, / - Cycle \d+: DETR: 5 files, .*\n.* - Working again after 3 failed cycle/);
  assert.equal(await assertStoresTruth(folder.path, second), await tradesOf(second));
});

/** A free port below those that the system gives to others, also while nobody listens there. */
function portOfItsOwn(): number {
  for (;;) {
    const port = 20_000 + Math.floor(10_000 * Math.random());
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** The exit code of `status --check` and how its one line begins. */
async function checkOf(dir: string): Promise<[number, string]> {
  const { code, stdout, stderr } = await statusOf(dir, "--check");
  assert.match(stdout, /^[^\n]+\n$/);
  assert.equal(stderr, "");
  return [code, stdout.trimEnd().replace(/ its files at .*/, "")];
}

function failedCyclesIn(dir: string): number {
  return JSON.parse(Deno.readTextFileSync(`${dir}/.xetra-parqed/status-DETR.json`)).failedCycles;
}

/** How many trades the replica's days have. */
async function tradesOf(replica: Replica): Promise<number> {
  using truth = temporaryDirectory();
  const texts = (await replica.writeTruth(truth.path)).map((path) => Deno.readTextFileSync(path));
  return texts.join("").split("\n").length - 1;
}
