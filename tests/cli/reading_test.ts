import assert from "node:assert/strict";
import { stall, status } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, countsOf, logOf, rawFileCount, reached, treeOf } from "../e2e/evidence.ts";
import { fetchArgs, type Run, runProgram, startProgram, temporaryDirectory } from "../e2e/harness.ts";
import { Layout } from "../../src/store/layout.ts";
import { writePending } from "../../src/store/state/pending_record.ts";

const DETR = { venue: "DETR", date: "2026-09-01", trades: 100, minutes: { from: 480, until: 490 } };
const DETR_NEXT = { ...DETR, date: "2026-09-02" };
const DFRA = { ...DETR, venue: "DFRA" };

/** The commands that only look, with their venues, and their exit codes where nothing of DFRA is stored. */
const LOOKING = [
  { command: ["fetch-trades", "DETR", "DFRA", "--no-store"], code: 0 },
  { command: ["list-files", "DETR"], code: 0 },
  { command: ["check-status", "DETR", "DFRA"], code: 0 },
  { command: ["check-partial", "DETR", "DFRA"], code: 0 },
  { command: ["coverage", "DETR", "DFRA", "--to", "2026-09-01"], code: 3 },
  { command: ["status", "DETR", "DFRA"], code: 0 },
];

Deno.test("commands that only look create nothing in an empty folder, nor the folder itself", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  for (const { command, code } of LOOKING) {
    assertForeseen(await look(replica, folder.path, command), code);
    assertForeseen(await look(replica, folder.of("not/there"), command), code);
    assert.deepEqual(treeOf(folder.path), []);
  }
});

Deno.test("commands that only look change nothing where something is stored", async () => {
  await using replica = await startReplica({
    days: [DETR, DETR_NEXT],
    listed: { until: "2026-09-02T08:05" },
  });
  using folder = temporaryDirectory();
  replica.inject("download", status(404), { name: "DETR-posttrade-2026-09-01T08_03.json.gz", times: 1 });
  await runProgram(fetchArgs(replica, folder.path));
  replica.listed.until = null;
  const before = treeOf(folder.path);
  for (const { command, code } of LOOKING) assertForeseen(await look(replica, folder.path, command), code);
  assert.deepEqual(treeOf(folder.path), before);
});

Deno.test("--no-store says what would be fetched by date, and how long it takes under the quota", async () => {
  await using replica = await startReplica({
    days: [DETR, DETR_NEXT],
    listed: { until: "2026-09-02T08:05" },
  });
  using folder = temporaryDirectory();
  replica.inject("download", status(404), { name: "DETR-posttrade-2026-09-01T08_03.json.gz", times: 1 });
  await runProgram(fetchArgs(replica, folder.path));
  replica.listed.until = null;
  const run = await look(replica, folder.path, ["fetch-trades", "DETR", "--no-store", "--quota", "5/60"]);
  const [first, ...table] = run.stdout.trimEnd().split("\n");
  assert.match(first, /^DETR: would be fetched, in about [12] min under the quota$/);
  assert.deepEqual(table, [
    "trading day  minute files  daily files  odd names",
    "2026-09-01              1            0          0",
    "2026-09-02              5            0          0",
  ]);
  assert.deepEqual(logOf(run), ["INFO Checking missing dates for DETR"]);
});

Deno.test("that all available data are already stored is said only when the exchange was asked and has answered", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  const [asked, stored] = [
    "INFO Checking missing dates for DETR",
    "INFO All available data already stored for DETR",
  ];
  const first = logOf(await runProgram(fetchArgs(replica, folder.path)));
  assert.deepEqual([first.includes(asked), first.includes(stored)], [true, false]);
  assert.deepEqual(logOf(await runProgram(fetchArgs(replica, folder.path))), [asked, stored]);
  const look = fetchArgs(replica, folder.path, ["DETR"], "--no-store");
  assert.deepEqual(logOf(await runProgram(look)), [asked, stored]);
  for (const store of [[], ["--no-store"]]) {
    const absent = await runProgram(fetchArgs(replica, folder.path, ["DFRA"], ...store));
    assertForeseen(absent, 0);
    assert.deepEqual(logOf(absent), [
      "INFO Checking missing dates for DFRA",
      "INFO The exchange has no files of DFRA now",
    ]);
  }
});

Deno.test("that the exchange has no files of quotes is not said of all files", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  for (const store of [[], ["--no-store"]]) {
    const absent = await look(replica, folder.path, ["fetch-quotes", "DETR", ...store]);
    assert.equal(logOf(absent).at(-1), "INFO The exchange has no files of quotes of DETR now");
  }
});

Deno.test("check-partial names some pending files of a date one by one, and of many how many there are", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  await runProgram(fetchArgs(replica, folder.path));
  const names = Array.from({ length: 11 }, (_, i) => `DETR-posttrade-2026-09-01T08_${10 + i}.json.gz`);
  const path = new Layout(folder.path).pendingRecord("DETR");
  const linesOf = async (pending: string[]) => {
    await writePending(path, new Map(pending.map((name) => [name, { absentCycles: 0, reason: "x" }])));
    const { stdout } = await runProgram(["--wrk-dir", folder.path, "check-partial", "DETR"]);
    return stdout.split("\n").filter((line) => line.includes("pending"));
  };
  assert.deepEqual(
    await linesOf(names.slice(1)),
    names.slice(1).map((name) => `2026-09-01  pending: ${name}`),
  );
  assert.deepEqual(await linesOf(names), [
    `2026-09-01  pending: 11 files, the first ${names[0]}, the last ${names[10]}`,
  ]);
});

Deno.test("--no-store says that files wait in the spool, and not that everything is stored", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  await runProgram(fetchArgs(replica, folder.path));
  Deno.removeSync(folder.of("data/de/xetra/trades"), { recursive: true });
  const run = await runProgram(fetchArgs(replica, folder.path, ["DETR"], "--no-store"));
  assert.equal(logOf(run)[1], "WARNING DETR: 10 files in the spool, to be read at the next run");
});

Deno.test("an unknown but well-formed venue is warned about and tried, by every command", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  for (const command of ["fetch-trades", "list-files", "check-status", "check-partial", "coverage"]) {
    const run = await look(replica, folder.path, [command, "DX9Z"]);
    assertForeseen(run, command === "coverage" ? 3 : 0);
    assert.equal(logOf(run)[0], "WARNING DX9Z is not a venue that this version knows; it is tried anyway");
  }
  assert.deepEqual(countsOf(replica.requests), { "list DX9Z": 3 });
});

Deno.test("list-files names the files, of one date with --date; check-status counts them by date", async () => {
  await using replica = await startReplica({ days: [DETR, DETR_NEXT, DFRA], form: "bare" });
  using folder = temporaryDirectory();
  const all = await look(replica, folder.path, ["list-files", "DETR"]);
  const one = await look(replica, folder.path, ["list-files", "DETR", "--date", "2026-09-02"]);
  const names = all.stdout.trimEnd().split("\n");
  assert.deepEqual([names.length, names[0]], [20, "DETR-posttrade-2026-09-01T08_00.json.gz"]);
  assert.deepEqual(one.stdout.trimEnd().split("\n"), names.slice(10));
  const status = await look(replica, folder.path, ["check-status", "DFRA"]);
  assert.deepEqual(status.stdout.trimEnd().split("\n"), [
    "DFRA: listed by the exchange against stored",
    "date        listed  stored  waiting  pending  lost  absent  trades",
    "2026-09-01      10       0        0       10     0       0       0",
  ]);
});

Deno.test("commands that only look work beside a fetch that holds the venue's lock", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  const last = "DETR-posttrade-2026-09-01T08_09.json.gz";
  replica.inject("storage", stall(10), { name: last });
  await using fetch = startProgram(fetchArgs(replica, folder.path));
  await reached(fetch, "the last download", () => countsOf(replica.requests)[`storage ${last}`] === 1);
  await reached(fetch, "the others", () => rawFileCount(folder.path) === 9);
  const status = await look(replica, folder.path, ["check-status", "DETR"]);
  assert.match(status.stdout, /2026-09-01 +10 +0 +9 +1 +0 +0/);
  for (const { command, code } of LOOKING) assertForeseen(await look(replica, folder.path, command), code);
  fetch.child.kill("SIGTERM");
  assert.equal((await fetch.ended).code, 143);
});

/** Runs a command that reads; three of them make no request. */
function look(replica: Replica, dir: string, command: readonly string[]): Promise<Run> {
  const url = ["check-partial", "coverage", "status"].includes(command[0])
    ? []
    : ["--api-url", replica.apiUrl];
  return runProgram(["--wrk-dir", dir, ...command, ...url]);
}
