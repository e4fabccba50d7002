import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { busy } from "../busy.ts";
import { sizeOf } from "../e2e/disk.ts";
import { assertForeseen, countsOf, jsonOf, logOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  fetchArgs,
  rawPath,
  type Run,
  runProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { assertStoresTruth } from "../e2e/truth.ts";
import { listenElsewhere } from "./elsewhere.ts";
import { stayingFailures } from "./staying_failures.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 900, minutes: { from: 480, until: 510 } };
const FEW = { ...DAY, trades: 90, minutes: { from: 480, until: 486 } };
/** It waits for 30 s and a pause of half a second or more; of these the replica sees what is left when it is late. */
const PATIENCE_MILLIS = 29_000;
const GENEROUS_MILLIS = 60_000;

Deno.test("after a temporary failure the file is requested again at the original URL", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("download", fault.status(503), { name: file(0), times: 1 });
  replica.inject("download", fault.reset(), { name: file(1), times: 1 });
  replica.inject("storage", fault.status(500), { name: file(2), times: 1 });
  replica.inject("storage", fault.reset(), { name: file(3), times: 1 });
  replica.inject("storage", fault.short(10), { name: file(4), times: 1 });
  replica.inject("storage", fault.expired(), { name: file(5), times: 1 });
  const run = await fetchDetr(replica, folder.path);
  assertForeseen(run, 0);
  assert.ok(logOf(run).includes("INFO DETR: 30 files fetched, 900 trades added"), run.stderr);
  const counts = countsOf(replica.requests);
  const asked = (place: string) => [0, 1, 2, 3, 4, 5, 6].map((i) => counts[`${place} ${file(i)}`]);
  // Deno itself repeats a request once when a connection that was used before is reset.
  const resetAtStorage = counts[`download ${file(3)}`] === 1 ? 1 : 2;
  assert.deepEqual(asked("download"), [2, 2, 2, resetAtStorage, 2, 2, 1]);
  assert.deepEqual(asked("storage"), [1, 1, 2, 2, 2, 2, 1]);
  await assertStoresTruth(folder.path, replica);
});

Deno.test("a lasting failure leaves its file pending with the reason, reaches no other host and affects no other file; the next run fetches it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  await using elsewhere = listenElsewhere();
  using folder = temporaryDirectory();
  const failures = stayingFailures(replica, elsewhere.port);
  for (const [i, { place, fault }] of failures.entries()) replica.inject(place, fault, { name: file(i) });
  const names = failures.map((_, i) => file(i));
  const run = await fetchDetr(replica, folder.path, "--json");
  assertForeseen(run, 3);
  const [{ pending, files }] = jsonOf<{ venues: { pending: Pending; files: number }[] }>(run).venues;
  assert.equal(files, 30 - failures.length);
  assert.deepEqual(Object.keys(pending), names);
  const counts = countsOf(replica.requests);
  for (const [i, { what, reason, asked, rejectedBytes = null }] of failures.entries()) {
    assert.match(pending[file(i)].reason, reason, what);
    const warnings = logOf(run).filter((line) => line.startsWith(`WARNING ${file(i)}: `));
    assert.deepEqual(warnings, [`WARNING ${file(i)}: ${pending[file(i)].reason}`], what);
    const times = counts[`download ${file(i)}`];
    assert.ok(times >= asked[0] && times <= asked[1], `${what}: asked for ${times} times`);
    assert.equal(sizeOf(rawPath(folder.path, file(i))), null, what);
    assert.equal(sizeOf(rawPath(folder.path, file(i), "rejected")), rejectedBytes, what);
  }
  assert.match(
    logOf(run).at(-1)!,
    new RegExp(
      `^WARNING DETR: ${failures.length} files pending, tried again at the next run; the first: ${file(0)}`,
    ),
  );
  await assertStoresTruth(folder.path, replica, names);
  assert.equal(elsewhere.contacts(), 0);
  await (await fetch(`http://0.0.0.0:${elsewhere.port}/`)).body?.cancel();
  assert.equal(elsewhere.contacts(), 1, "who goes there is noticed");

  replica.clearFaults();
  const again = await downloadsDuring(
    replica,
    async () => assertForeseen(await fetchDetr(replica, folder.path), 0),
  );
  assert.deepEqual(again.toSorted(), names);
  await assertStoresTruth(folder.path, replica);
  console.log(`${failures.length} failures that stay: ${(run.millis / 1000).toFixed(1)} s`);
});

Deno.test("silence, a stalling body and a dripping one are given up after 30 s, and requested again; other files do not wait", async () => {
  await using replica = await startReplica({ days: [FEW] });
  using folder = temporaryDirectory();
  replica.inject("storage", fault.stall(100), { name: file(0), times: 1 });
  replica.inject("storage", fault.drip(1, 500), { name: file(1), times: 1 });
  replica.inject("download", fault.silence(), { name: file(2), times: 1 });
  const run = await fetchDetr(replica, folder.path, "--log-level", "DEBUG");
  assertForeseen(run, 0);
  for (const i of [0, 1, 2]) {
    assert.match(run.stderr, new RegExp(`${file(i)}: (not complete after|no byte in) 30 s; once more`));
  }
  const asked = (i: number) =>
    replica.requests.filter(({ place, name }) => place === "download" && name === file(i));
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((i) => asked(i).length), [2, 2, 2, 1, 1, 1]);
  for (const i of [0, 1, 2]) {
    const [first, second] = asked(i).map(({ at }) => at);
    assert.ok(
      second - first >= PATIENCE_MILLIS && second - first < busy() * GENEROUS_MILLIS,
      `${file(i)}: ${second - first} ms`,
    );
  }
  await assertStoresTruth(folder.path, replica);
});

type Pending = Record<string, { reason: string }>;

/** The name of the day's minute file of this index. */
function file(index: number): string {
  return `DETR-posttrade-2026-09-01T08_${String(index).padStart(2, "0")}.json.gz`;
}

function fetchDetr(replica: Replica, dir: string, ...more: string[]): Promise<Run> {
  return runProgram(fetchArgs(replica, dir, ["DETR"], ...more));
}
