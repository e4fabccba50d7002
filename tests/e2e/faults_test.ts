import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, countsOf, jsonOf, logOf } from "./evidence.ts";
import { fetchArgs, type Run, runProgram, temporaryDirectory } from "./harness.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 300, minutes: { from: 480, until: 490 } };

Deno.test("a failure that passes is met by asking again at the original URL", async () => {
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
  assert.ok(logOf(run).includes("INFO DETR: 10 files fetched, 300 trades added"), run.stderr);
  const counts = countsOf(replica.requests);
  const asked = (place: string) => [0, 1, 2, 3, 4, 5, 6].map((i) => counts[`${place} ${file(i)}`]);
  // A reset of a connection that was used before is met by Deno itself: it asks there once more before we hear of it.
  const resetAtStorage = counts[`download ${file(3)}`] === 1 ? 1 : 2;
  assert.deepEqual(asked("download"), [2, 2, 2, resetAtStorage, 2, 2, 1]);
  assert.deepEqual(asked("storage"), [1, 1, 2, 2, 2, 2, 1]);
});

Deno.test("a failure that stays leaves the file pending, named with its reason; the next run fetches it", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("download", fault.status(502), { name: file(2) });
  replica.inject("storage", fault.short(10), { name: file(4) });
  replica.inject("storage", fault.expired(), { name: file(6) });
  replica.inject("storage", fault.cutStream(), { name: file(8) });
  const run = await fetchDetr(replica, folder.path, "--json");
  assertForeseen(run, 3);
  const [{ pending, files }] = jsonOf<{ venues: { pending: Pending; files: number }[] }>(run).venues;
  assert.equal(files, 6);
  assert.deepEqual(Object.keys(pending), [file(2), file(4), file(6), file(8)]);
  assert.match(pending[file(2)].reason, /^HTTP 502.*, 3 times$/);
  assert.match(pending[file(4)].reason, /, 3 times$/);
  assert.match(pending[file(6)].reason, /^HTTP 400.*, 3 times$/);
  for (const i of [2, 4, 6, 8]) {
    assert.ok(logOf(run).some((line) => line.startsWith(`WARNING ${file(i)}: `)), run.stderr);
  }
  assert.match(
    logOf(run).at(-1)!,
    /^WARNING DETR: 4 files pending, tried again at the next run; the first: DETR/,
  );

  const before = replica.requests.length;
  replica.clearFaults();
  const next = await fetchDetr(replica, folder.path);
  assertForeseen(next, 0);
  assert.ok(logOf(next).some((line) => line.startsWith("INFO DETR: 4 files fetched, ")));
  const again = replica.requests.slice(before).filter(({ place }) => place === "download");
  assert.deepEqual(again.map(({ name }) => name).sort(), [file(2), file(4), file(6), file(8)]);
});

Deno.test("redirects to elsewhere and second ones are refused, not followed, and not tried again", async () => {
  await using replica = await startReplica({ days: [DAY] });
  await using elsewhere = listenElsewhere();
  using folder = temporaryDirectory();
  replica.inject("download", fault.redirect(`http://0.0.0.0:${elsewhere.port}/x.gz`), { name: file(0) });
  replica.inject("download", fault.redirect(`http://localhost@0.0.0.0:${elsewhere.port}/`), {
    name: file(1),
  });
  replica.inject("download", fault.redirect(`http://u:p@127.0.0.1:${elsewhere.port}/`), { name: file(2) });
  replica.inject("download", fault.redirect("file:///etc/hostname"), { name: file(3) });
  replica.inject("storage", fault.redirect(`http://127.0.0.1:${elsewhere.port}/x.gz`), { name: file(4) });
  replica.inject("storage", fault.secondHop(), { name: file(5) });
  const run = await fetchDetr(replica, folder.path);
  assertForeseen(run, 3);
  assert.equal(elsewhere.contacts(), 0);
  await (await fetch(`http://0.0.0.0:${elsewhere.port}/`)).body?.cancel();
  assert.equal(elsewhere.contacts(), 1, "who goes there is noticed");
  for (const i of [0, 1, 2, 3]) assert.match(run.stderr, new RegExp(`${file(i)}: refused redirect to `));
  for (const i of [4, 5]) assert.match(run.stderr, new RegExp(`${file(i)}: refused second redirect`));
  const counts = countsOf(replica.requests);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map((i) => counts[`download ${file(i)}`]), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual([counts[`storage ${file(4)}`], counts[`storage ${file(5)}`]], [1, 1]);
});

Deno.test("a listed file that is 404 is pending twice, lost in the third cycle, and then asked for no more", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject("download", fault.status(404), { name: file(7) });
  const lost = (run: Run) => logOf(run).filter((line) => / lost\b/.test(line));
  for (const cycle of [1, 2, 3]) {
    const run = await fetchDetr(replica, folder.path);
    assertForeseen(run, 3);
    assert.ok(logOf(run).includes(`WARNING ${file(7)}: listed, but not there (404)`), run.stderr);
    assert.equal(lost(run).length, cycle === 3 ? 1 : 0);
    assert.doesNotMatch(run.stderr, /All available data already stored/);
    if (cycle === 3) assert.match(lost(run)[0], new RegExp(`^ERROR DETR: 1 file lost.*${file(7)}`));
    else assert.match(logOf(run).at(-1)!, new RegExp(`^WARNING DETR: 1 file pending.*${file(7)}`));
  }
  assert.equal(countsOf(replica.requests)[`download ${file(7)}`], 3);

  const fourth = await fetchDetr(replica, folder.path);
  assertForeseen(fourth, 0);
  assert.deepEqual(lost(fourth), []);
  assert.equal(countsOf(replica.requests)[`download ${file(7)}`], 3);
  const status = await runProgram([
    "check-status",
    "DETR",
    "--wrk-dir",
    folder.path,
    "--api-url",
    replica.apiUrl,
  ]);
  assert.match(status.stdout, /2026-09-01 +10 +9 +0 +0 +1 /);
});

Deno.test("strange names in a listing are counted in one warning and never asked for", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const strange = [
    ...[
      "../../etc/passwd",
      "DFRA-posttrade-2026-09-01T08_00.json.gz",
      "DETR-pretrade-2026-09-01T08_00.json.gz",
    ],
    ...["DETR-posttrade-2026-09-01T25_00.json.gz", "DETR-posttrade-2026-09-01T08_00.json.gz\n", ""],
  ];
  replica.inject("list", fault.listedToo(strange));
  const run = await fetchDetr(replica, folder.path);
  assertForeseen(run, 0);
  const warnings = logOf(run).filter((line) => line.startsWith("WARNING "));
  assert.equal(warnings.length, 1, run.stderr);
  assert.match(warnings[0], /\b6 /);
  assert.equal(replica.requests.filter(({ place }) => place === "download").length, 10);
});

type Pending = Record<string, { reason: string }>;

/** The name of the day's minute file of this index. */
function file(index: number): string {
  return `DETR-posttrade-2026-09-01T08_0${index}.json.gz`;
}

function fetchDetr(replica: Replica, dir: string, ...more: string[]): Promise<Run> {
  return runProgram(fetchArgs(replica, dir, ["DETR"], ...more));
}

/** A server that answers at 127.0.0.1 and at 0.0.0.0, which is no address of the exchange, and counts who comes. */
function listenElsewhere(): AsyncDisposable & { readonly port: number; contacts(): number } {
  let contacts = 0;
  const server = Deno.serve({ hostname: "0.0.0.0", port: 0, onListen: () => {} }, () => {
    contacts++;
    return new Response("elsewhere");
  });
  return {
    port: server.addr.port,
    contacts: () => contacts,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
