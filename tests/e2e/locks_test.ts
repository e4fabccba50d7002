import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { held, stall } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, countsOf, logOf, looksAt, onlyErrorOf, rawFileCount, reached } from "./evidence.ts";
import { filesBelow } from "./disk.ts";
import { fetchArgs, type Program, runProgram, startProgram, temporaryDirectory } from "./harness.ts";

const DETR = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const DFRA = { ...DETR, venue: "DFRA" };
const SLOW = "DETR-posttrade-2026-09-01T08_04.json.gz";

Deno.test("a second process on a venue exits with 75 in two seconds; the first is unharmed", async () => {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  const others = Promise.withResolvers<void>();
  replica.inject("storage", held(others.promise), { times: 1, name: SLOW });
  await using first = await startedFetch(replica, folder.path);
  const second = await runProgram(fetchArgs(replica, folder.path));
  console.log(`the second process ended after ${Math.round(second.millis)} ms`);
  assert.ok(second.millis < busy() * 2_000);
  const error = onlyErrorOf(second, 75);
  assert.match(
    error,
    new RegExp(`^DETR: Another process \\(PID ${first.child.pid}\\) holds .*write-DETR.lock`),
  );
  assert.match(error, /let it end, or use another --wrk-dir$/);

  const third = await runProgram(fetchArgs(replica, folder.path, ["DFRA"]));
  assertForeseen(third, 0);
  assert.ok(
    logOf(third).includes("INFO DFRA: 10 files fetched, 400 trades added"),
    "another venue works beside",
  );
  others.resolve();
  const { code, stderr } = await first.ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /DETR: 10 files fetched, 400 trades added/);
  assert.equal(countsOf(replica.requests)[`download ${SLOW}`], 1);
});

Deno.test("one busy venue among several is said, and does not keep the others from being fetched", async () => {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("storage", stall(10), { name: SLOW });
  await using _first = await startedFetch(replica, folder.path);
  const second = await runProgram(fetchArgs(replica, folder.path, ["DETR", "DFRA"]));
  assert.match(onlyErrorOf(second, 3), /^DETR: Another process/);
  assert.ok(logOf(second).includes("INFO DFRA: 10 files fetched, 400 trades added"));
});

Deno.test("kill -9 frees the lock, and what had been downloaded is not asked for again", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  replica.inject("storage", stall(10), { name: SLOW });
  await using first = await startedFetch(replica, folder.path);
  await reached(first, "all other files", () => rawFileCount(folder.path) === 9);
  first.child.kill("SIGKILL");
  assert.equal((await first.ended).code, 137);

  replica.clearFaults();
  const second = await runProgram(fetchArgs(replica, folder.path));
  assertForeseen(second, 0);
  assert.ok(logOf(second).includes("INFO DETR: 1 file fetched, 400 trades added"), second.stderr);
  assert.deepEqual(filesBelow(folder.path).filter((path) => path.includes("unfinished")), []);
});

Deno.test("a look at a lock that lasts an instant turns nobody away", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  using lock = Deno.openSync(folder.of(".xetra-parqed/write-DETR.lock"));
  assert.ok(lock.tryLockSync(false));
  using looks = looksAt(folder.of(".xetra-parqed/write-DETR.lock"));
  await using program = startProgram(fetchArgs(replica, folder.path));
  await reached(program, "it has tried for the lock more than once", () => looks.count > 3);
  lock.unlockSync();
  assertForeseen(await program.ended, 0);
});

/** A fetch of DETR that waits for one slow file, and holds its venue's lock. */
async function startedFetch(replica: Replica, dir: string): Promise<Program> {
  const program = startProgram(fetchArgs(replica, dir));
  await reached(program, "the slow download", () => countsOf(replica.requests)[`storage ${SLOW}`] === 1);
  return program;
}
