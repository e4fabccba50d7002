import assert from "node:assert/strict";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import type { Fault } from "../../scripts/replica/faults.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, jsonOf, logOf, onlyErrorOf } from "./evidence.ts";
import { filesBelow } from "./disk.ts";
import { fetchArgs, partitionPath, runProgram, temporaryDirectory } from "./harness.ts";

const DETR = { venue: "DETR", date: "2026-09-01", trades: 60, minutes: { from: 480, until: 483 } };
const DFRA = { ...DETR, venue: "DFRA" };

/** Listings that are none, and what is said of them. */
const NO_LISTINGS: readonly [Fault, RegExp][] = [
  [fault.status(503), /HTTP 503/],
  [fault.status(403), /HTTP 403/],
  [fault.reset(), /reset|closed|error sending request/i],
  [fault.html(), /Unexpected token|JSON/],
  [fault.body(() => new TextEncoder().encode('{"Files":[]}')), /CurrentFiles/],
  [fault.oversized(9 * 2 ** 20), /more than 8388608/],
];

/** All these take the 20 s for which a listing is asked for, so they are one test. */
Deno.test("an exchange that lists nothing in 20 s is unavailable: 69, one line, nothing stored", async () => {
  const cases = NO_LISTINGS.map(([damage, reason]) => withoutListing(damage, reason));
  await Promise.all([...cases, nobodyListens(), otherCommands(), oneVenueOfTwo()]);
});

Deno.test("a listing that fails twice and then answers is a listing", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(503), { times: 1 });
  replica.inject("list", fault.html(), { times: 1 });
  assertForeseen(await runProgram(fetchArgs(replica, folder.path)), 0);
  assert.ok(Deno.statSync(partitionPath(folder.path, "DETR", "2026-09-01")).isFile);
});

async function withoutListing(damage: Fault, reason: RegExp): Promise<void> {
  await using replica = await startReplica({ days: [DETR] });
  replica.inject("list", damage);
  await assertUnavailable(replica, reason);
  const places = replica.requests.map(({ place }) => place);
  assert.deepEqual([places.length > 3, new Set(places)], [true, new Set(["list"])]);
}

async function nobodyListens(): Promise<void> {
  await using replica = await startReplica({ days: [DETR] });
  await replica.close();
  await assertUnavailable(replica, /refused/i);
}

async function assertUnavailable(replica: { apiUrl: string }, reason: RegExp): Promise<void> {
  using folder = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, folder.path, ["DETR"], "--json"));
  const error = onlyErrorOf(run, 69);
  assert.match(error, reason);
  assert.match(error, /^DETR: .*\/api\/DETR-posttrade .*try again later/);
  assert.doesNotMatch(run.stderr, /already stored/);
  assert.ok(run.millis > 7_000 && run.millis < 25_000, `${run.millis} ms`);
  const { venues } = jsonOf<{ venues: { exitCode: number; error: string }[] }>(run);
  assert.deepEqual(venues.map(({ exitCode, error }) => `${exitCode} DETR: ${error}`), [`69 ${error}`]);
  assert.deepEqual(filesBelow(folder.of("data")), []);
}

/** The other commands that ask; with --json, what could be answered is on stdout. */
async function otherCommands(): Promise<void> {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(500), { name: "DETR" });
  const ask = (...args: string[]) =>
    runProgram([...args, "--wrk-dir", folder.path, "--api-url", replica.apiUrl]);
  const [files, status, plan] = await Promise.all([
    ask("list-files", "DETR"),
    ask("check-status", "DETR", "DFRA", "--json"),
    ask("fetch-trades", "DETR", "--no-store"),
  ]);
  assert.match(onlyErrorOf(files, 69), /HTTP 500/);
  assert.match(onlyErrorOf(status, 3), /^DETR: .*HTTP 500/);
  assert.deepEqual(jsonOf<{ venues: { venue: string }[] }>(status).venues.map(({ venue }) => venue), [
    "DFRA",
  ]);
  assert.match(onlyErrorOf(plan, 69), /^DETR: .*HTTP 500/);
  assert.doesNotMatch(plan.stderr, /already stored/);
}

/** The venue that can be listed is fetched; the failure of one of several is "in part". */
async function oneVenueOfTwo(): Promise<void> {
  await using replica = await startReplica({ days: [DETR, DFRA] });
  using folder = temporaryDirectory();
  replica.inject("list", fault.status(500), { name: "DETR" });
  const run = await runProgram(fetchArgs(replica, folder.path, ["DETR", "DFRA"]));
  assert.match(onlyErrorOf(run, 3), /^DETR: .*HTTP 500/);
  assert.ok(logOf(run).includes("INFO DFRA: 3 files fetched, 60 trades added"));
  assert.ok(Deno.statSync(partitionPath(folder.path, "DFRA", "2026-09-01")).isFile);
}
