import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { stall } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { caught } from "./caught.ts";
import { heard } from "./daemon_program.ts";
import { filesBelow, isThere, sizeOf } from "./disk.ts";
import { countsOf, rawFileCount, reached } from "./evidence.ts";
import { downloadsDuring, partitionPath, type Run, temporaryDirectory } from "./harness.ts";
import { spoolDay } from "./spooled_day.ts";
import { assertNothingLost, type Home, homeIn, startAt, stopped } from "./stopped_daemon.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 400, minutes: { from: 480, until: 490 } };
const LAST = "DETR-posttrade-2026-09-01T08_09.json.gz";
/** A few more trades than are sorted at a time, so that sorted runs go to files. */
const LARGE = {
  venue: "DETR",
  date: "2026-09-01",
  trades: 540_000,
  minutes: { from: 0, until: 21 * 60 + 1 },
};
/** The most allowed, in milliseconds: for an idle daemon, and for one that is doing anything. */
const IDLE_MILLIS = 500, LONGEST_MILLIS = 5_000;

Deno.test("SIGTERM ends an idle daemon at once", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const home = homeIn(folder);
  await using daemon = startAt(home, replica);
  await heard(daemon, / - Next cycle at /);
  assertEnded(await stopped(daemon, home), "idle", IDLE_MILLIS);
  await assertNothingLost(home, replica);
});

Deno.test("SIGTERM while the listing stalls ends a daemon soon", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const home = homeIn(folder);
  replica.inject("list", stall(5), { times: 1 });
  await using daemon = startAt(home, replica);
  await reached(daemon, "the request for the listing", () => replica.requests.length === 1);
  assertEnded(await stopped(daemon, home), "listing");
  await assertNothingLost(home, replica);
});

Deno.test("SIGTERM while a download stalls ends a daemon soon, and what it has downloaded is kept", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const home = homeIn(folder);
  replica.inject("storage", stall(10), { name: LAST, times: 1 });
  await using daemon = startAt(home, replica);
  await reached(
    daemon,
    "the other downloads",
    () => rawFileCount(home.dir) === 9 && countsOf(replica.requests)[`storage ${LAST}`] === 1,
  );
  assertEnded(await stopped(daemon, home), "downloading");
  const asked = await downloadsDuring(replica, () => assertNothingLost(home, replica));
  assert.deepEqual(asked, [LAST]);
});

Deno.test("SIGTERM while a day of 540,000 trades is decoded or published cuts that off, and nothing is lost", async () => {
  await using replica = await startReplica({ days: [LARGE] });
  using folder = temporaryDirectory();
  const home = homeIn(folder);
  spoolDay(home.dir, LARGE);
  for (const phase of Object.keys(LARGE_PHASES)) {
    const run = await stoppedWithin(phase, home, replica);
    assert.doesNotMatch(run.stderr, / - Stored /, "the publication was cut off");
  }
  await assertNothingLost(home, replica);
  assert.ok(
    replica.requests.every(({ place }) => place === "list"),
    "nothing is fetched that is in the spool",
  );
});

/** The stages of publishing a day, each recognized by a file that exists. */
const LARGE_PHASES: Readonly<Record<string, (path: string) => boolean>> = {
  "decoding: the first sorted run": (path) => path.endsWith("/runs-DETR/0"),
  "decoding: the last sorted run": (path) => path.endsWith("/runs-DETR/1"),
  "publishing: the partition is begun": (path) => /\/\.unfinished-trades\.parquet-/.test(path),
  "publishing: half of the partition": (path) =>
    /\/\.unfinished-trades\.parquet-/.test(path) && (sizeOf(path) ?? 0) > 5e6,
};

/** Ends a daemon by SIGTERM while it publishes. */
async function stoppedWithin(phase: string, home: Home, replica: Replica): Promise<Run> {
  const partition = partitionPath(home.dir, LARGE.venue, LARGE.date);
  await using daemon = await caught({
    what: phase,
    start: () => startAt(home, replica),
    seen: () => filesBelow(home.dir).some(LARGE_PHASES[phase]),
    isOver: () => isThere(partition),
    undo: () => Deno.removeSync(partition),
  });
  const stopping = stopped(daemon, home);
  daemon.child.kill("SIGCONT");
  const run = await stopping;
  console.log(`SIGTERM, ${phase}: ended after ${Math.round(run.millis)} ms`);
  return run;
}

function assertEnded({ millis }: Run, phase: string, within = LONGEST_MILLIS): void {
  console.log(`SIGTERM, ${phase}: ended after ${Math.round(millis)} ms`);
  assert.ok(millis < busy() * within, `${millis} ms`);
}
