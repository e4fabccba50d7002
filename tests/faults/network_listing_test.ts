import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import type { Fault } from "../../scripts/replica/faults.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { filesBelow } from "../e2e/disk.ts";
import { busy } from "../busy.ts";
import { assertForeseen, countsOf, jsonOf, logOf, onlyErrorOf } from "../e2e/evidence.ts";
import {
  fetchArgs,
  partitionPath,
  type Run,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { peakMemoryOf } from "../e2e/process_facts.ts";
import { assertStoresTruth } from "../e2e/truth.ts";

const DETR = { venue: "DETR", date: "2026-09-01", trades: 60, minutes: { from: 480, until: 483 } };
const DFRA = { ...DETR, venue: "DFRA" };
/** How long a listing is requested, in the program's time. */
const PATIENCE_MILLIS = 20_000;
const ATTEMPTS = { atLeast: 2, atMost: 10 };
/** How much later than the program sends it the replica may see a request. */
const LATE_MILLIS = 500;
const MILLION = 1_000_000;

/** What replaces each listing, and what is finally said about it. */
const NO_LISTINGS: Readonly<Record<string, readonly [faults: readonly Fault[], reason: RegExp]>> = {
  "5xx of every sort": [[500, 502, 504, 503].map((code) => fault.status(code)), /HTTP 503/],
  "403": [[fault.status(403)], /HTTP 403/],
  "reset": [[fault.reset()], /reset|closed|error sending request/i],
  "no answer": [[fault.silence()], /no byte in/],
  "nothing after the headers": [[fault.stall()], /no byte in/],
  "a byte a second": [[fault.drip(1, 1000)], /not complete after/],
  "a body that breaks off": [[fault.short(10)], /body|ended after/],
  "a web page": [[fault.html()], /the listing is not JSON/],
  "JSON that is cut": [[fault.body((json) => json.subarray(0, json.length / 2))], /the listing is not JSON/],
  "JSON of wrong types": [[wrongTypes()], /the listing has no list CurrentFiles/],
  "names of no known form": [
    [names(["a.json", "b.json", null])],
    /has 3 names, none of a known form, such as a.json/,
  ],
  "more than 8 MiB": [[fault.oversized(9 * 2 ** 20)], /more than 8388608/],
  "a million names of files": [
    [names(Array(MILLION).fill("DETR-posttrade-2026-09-01T08_00.json.gz"))],
    /more than 8388608/,
  ],
};

/** All these take the 20 s for which a listing is asked for, so they are one test. */
Deno.test("an exchange that lists nothing in 20 s is unavailable: 69, one line, nothing stored; the next run stores all", async () => {
  const cases = Object.entries(NO_LISTINGS).map(([what, [faults, reason]]) =>
    withoutListing(what, faults, reason)
  );
  await Promise.all([...cases, millionShortNames(), nobodyListens(), otherCommands(), oneVenueOfTwo()]);
});

Deno.test("a listing that fails twice and then answers is a listing", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(503), { times: 1 });
  replica.inject("list", fault.html(), { times: 1, after: 1 });
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  assert.equal(replica.requests.filter(({ place }) => place === "list").length, 3);
  await assertStoresTruth(folder.path, replica);
});

/** Names with the service and a date that cannot be names of files, perhaps made up to lead to another place. */
const MISLEADING: readonly unknown[] = [
  `DETR-posttrade-2026-09-01${"x".repeat(1_000_000)}.json.gz`,
  "DETR-posttrade-2026-09-01T08_00.json.gz%00",
  "DETR-posttrade-2026-09-01T08_00.json.gz\0",
  "DETR-posttrade-2026-09-01T08_00.json.gz\n",
  "DETR-posttrade-2026-09-01T08_00.json.gz/../../x",
  "/DETR-posttrade-2026-09-01T08_00.json.gz",
  "detr-posttrade-2026-09-01T08_00.json.gz",
  "https://example.com/DETR-posttrade-2026-09-01T08_00.json.gz",
  { name: "DETR-posttrade-2026-09-01T08_00.json.gz" },
  ["DETR-posttrade-2026-09-01T08_00.json.gz"],
];

/** Names that are not files of the venue. */
const STRANGE: readonly unknown[] = [
  `${"x".repeat(1_000_000)}.json.gz`,
  "../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "DFRA-posttrade-2026-09-01T08_00.json.gz",
  "DETR-pretrade-2026-09-01T08_00.json.gz",
  "DETR-posttrade-2026-02-30T08_00.json.gz",
  "DETR-posttrade-daily-2026-13-01.json.gz",
  "DETR-posttrade-２０２６-09-01T08_00.json.gz",
  "",
  17,
  null,
];

Deno.test("strange names in a listing are counted in a line of bounded length and never requested: an ERROR if they may be the exchange's new names", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.listedToo([...MISLEADING, ...STRANGE]));
  const run = await runProgram(fetchArgs(replica, folder.of("wrk")));
  assertForeseen(run, 3);
  const told = logOf(run).filter((line) => /^(WARNING|ERROR) /.test(line));
  assert.equal(told.length, 2, run.stderr.slice(0, 10_000));
  const odd =
    `^ERROR ${MISLEADING.length} listed names of DETR of no known form, with the service and a date, such as DETR`;
  assert.match(told[0], new RegExp(odd));
  assert.match(
    told[1],
    new RegExp(`^WARNING ${STRANGE.length} listed names of DETR skipped, of no known form: xxx`),
  );
  assert.ok(run.stderr.length < 20_000, `${run.stderr.length} characters of log`);
  assert.deepEqual(downloadCounts(replica), [1, 1, 1]);
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["wrk"]);
  await assertStoresTruth(folder.of("wrk"), replica);
});

Deno.test("a file that is listed many times, in every form of its name, is fetched once", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  const forms = ["DETR-posttrade-", "DETR-posttrade-2026-08-31-", "-"];
  const repeated = ["08_00", "08_01", "08_02"].flatMap((minute) =>
    forms.flatMap((form) => Array(50).fill(`${form}2026-09-01T${minute}.json.gz`))
  );
  replica.inject("list", fault.listedToo(repeated));
  const run = await runProgram(fetchArgs(replica, folder.path));
  assertForeseen(run, 0);
  assert.ok(logOf(run).includes("INFO DETR: 3 files fetched, 60 trades added"), run.stderr);
  assert.deepEqual(downloadCounts(replica), [1, 1, 1]);
  await assertStoresTruth(folder.path, replica);
});

async function withoutListing(what: string, faults: readonly Fault[], reason: RegExp): Promise<void> {
  await using replica = await startReplica({ days: [DETR] });
  // Each of them once, the last one for good.
  for (const [i, damage] of faults.entries()) {
    replica.inject("list", damage, { after: i, times: i < faults.length - 1 ? 1 : Infinity });
  }
  using folder = temporaryDirectory();
  assertUnavailable(what, await fetchJson(replica, folder.path), replica, folder.path, reason);
  const [first, last] = [replica.requests[0].at, replica.requests.at(-1)!.at];
  assert.ok(last - first <= PATIENCE_MILLIS + busy() * LATE_MILLIS, `${what}: asked for ${last - first} ms`);
  assert.ok(replica.requests.length >= ATTEMPTS.atLeast && replica.requests.length <= ATTEMPTS.atMost, what);
  assert.ok(replica.requests.every(({ place }) => place === "list"), what);

  replica.clearFaults();
  assertForeseen(await runInOneProcess(fetchArgs(replica, folder.path)), 0);
  await assertStoresTruth(folder.path, replica);
}

/** Few enough bytes to be read, too many names to be a listing. */
async function millionShortNames(): Promise<void> {
  await using replica = await startReplica({ days: [DETR] });
  replica.inject("list", names(Array(MILLION).fill("a")));
  using folder = temporaryDirectory();
  await using program = startProgram(
    fetchArgs(replica, folder.path, ["DETR"], "--json", "--log-level", "DEBUG"),
  );
  const peak = await peakMemoryOf(program);
  const run = await program.ended;
  assertUnavailable("a million names", run, replica, folder.path, /has 1000000 names, more than 10000/);
  const asked = replica.requests.length;
  console.log(`a million names, asked for ${asked} times: peak ${peak.toFixed(0)} MiB`);
  assert.ok(asked >= ATTEMPTS.atLeast, `asked for ${asked} times`);
  assert.ok(peak < 400, `${peak} MiB`);
}

async function nobodyListens(): Promise<void> {
  await using replica = await startReplica({ days: [DETR] });
  await replica.close();
  using folder = temporaryDirectory();
  assertUnavailable("nobody", await fetchJson(replica, folder.path), replica, folder.path, /refused/i);
}

function fetchJson(replica: Replica, dir: string): Promise<Run> {
  return runProgram(fetchArgs(replica, dir, ["DETR"], "--json", "--log-level", "DEBUG"));
}

function assertUnavailable(what: string, run: Run, { apiUrl }: Replica, dir: string, reason: RegExp): void {
  const error = onlyErrorOf(run, 69);
  // The last attempt may have had too little time to fail like the others.
  assert.match(run.stderr, reason, what);
  assert.ok(
    error.startsWith(`DETR: The exchange does not list its files at ${apiUrl}/DETR-posttrade (`),
    error,
  );
  assert.match(error, /\)\. Nothing was fetched; try again later$/);
  assert.doesNotMatch(run.stderr, /already stored/);
  assert.ok(run.millis > 7_000, `${what}: ${run.millis} ms`);
  const { venues } = jsonOf<{ venues: { exitCode: number; error: string }[] }>(run);
  assert.deepEqual(venues.map(({ exitCode, error }) => `${exitCode} DETR: ${error}`), [`69 ${error}`]);
  assert.deepEqual(filesBelow(`${dir}/data`), []);
}

/** The other commands that make requests; with --json, what could be answered is on stdout. */
async function otherCommands(): Promise<void> {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(500), { name: "DETR" });
  const ask = (...args: string[]) =>
    runProgram([...args, "--wrk-dir", folder.path, "--api-url", replica.apiUrl, "--log-level", "DEBUG"]);
  const [files, status, plan] = await Promise.all([
    ask("list-files", "DETR"),
    ask("check-status", "DETR", "DFRA", "--json"),
    ask("fetch-trades", "DETR", "--no-store"),
  ]);
  onlyErrorOf(files, 69);
  assert.match(onlyErrorOf(status, 3), /^DETR: /);
  assert.deepEqual(jsonOf<{ venues: { venue: string }[] }>(status).venues.map(({ venue }) => venue), [
    "DFRA",
  ]);
  assert.match(onlyErrorOf(plan, 69), /^DETR: /);
  // The last attempt may have had too little time to fail like the others.
  for (const { stderr } of [files, status, plan]) assert.match(stderr, /HTTP 500/);
  assert.doesNotMatch(plan.stderr, /already stored/);
}

/** The venue that can be listed is fetched; the failure of one of several is "in part". */
async function oneVenueOfTwo(): Promise<void> {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(500), { name: "DETR" });
  const run = await runProgram(fetchArgs(replica, folder.path, ["DETR", "DFRA"], "--log-level", "DEBUG"));
  assert.match(onlyErrorOf(run, 3), /^DETR: /);
  assert.match(run.stderr, /HTTP 500/);
  assert.ok(logOf(run).includes("INFO DFRA: 3 files fetched, 60 trades added"));
  assert.ok(Deno.statSync(partitionPath(folder.path, "DFRA", "2026-09-01")).isFile);
}

/** A listing of these names, and nothing else. */
function names(names: readonly unknown[]): Fault {
  const json = new TextEncoder().encode(
    JSON.stringify({ SourcePrefix: "DETR-posttrade", CurrentFiles: names }),
  );
  return fault.body(() => json);
}

/** Each time another body that is JSON and no listing. */
function wrongTypes(): Fault {
  const bodies = [
    '{"CurrentFiles":{}}',
    '{"CurrentFiles":"x"}',
    '{"CurrentFiles":null}',
    "[]",
    "null",
    "17",
    '"x"',
  ];
  let asked = 0;
  return fault.body(() => new TextEncoder().encode(bodies[asked++ % bodies.length]));
}

/** How often each file was asked for. */
function downloadCounts({ requests }: Replica): number[] {
  return Object.values(countsOf(requests.filter(({ place }) => place === "download")));
}
