import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { held } from "../../scripts/replica/fault_kinds.ts";
import type { QuotaOptions } from "../../scripts/replica/quota.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, awaited } from "./evidence.ts";
import { type Run, runProgram, temporaryDirectory } from "./harness.ts";

const DETR = { venue: "DETR", date: "2026-09-01", trades: 100, minutes: { from: 480, until: 492 } };
const DFRA = { ...DETR, venue: "DFRA" };
/** Windows so long that a machine with other work is not late by a hundredth of one, which the program allows for. */
const QUOTA = { downloads: 8, seconds: 6 };
const WINDOW_MILLIS = 1_000 * QUOTA.seconds;
/** So many requests of a process may be under way when the first of them is refused. */
const IN_FLIGHT = 4;
/** So many programs wait for a processor. */
const VERY_BUSY = 10;

Deno.test("one process uses the whole quota at once and keeps to it, whenever the exchange's windows begin", async () => {
  await Promise.all([0, 1600, 3000, 4800].map(async (phase) => {
    await using replica = await startReplica({
      days: [DETR],
      quota: { ...QUOTA, phase: Date.now() - phase },
    });
    using folder = temporaryDirectory();
    const run = await fetchUnder(QUOTA, replica, folder.path, "DETR");
    assertForeseen(run, 0);
    assert.match(run.stderr, /12 files fetched/);
    assert.ok(replica.refused() <= mostRefused(), `phase ${phase}: ${replica.refused()} times 429`);
    assertKeptTo(replica);
    assert.ok(replica.refused() > 0 || run.millis > 0.97 * WINDOW_MILLIS, `a wait: ${run.millis} ms`);
    assert.ok(run.millis < busy() * 2 * WINDOW_MILLIS, `no more than one: ${run.millis} ms`);
    const first = downloads(replica).slice(0, 8).map(({ at }) => at);
    assert.ok(first[7] - first[0] < busy() * 1_000, "the first window is spent at once");
  }));
});

Deno.test("two venues in two processes share the quota, by a working directory or by --quota-file", async () => {
  using folder = temporaryDirectory();
  const quotaFile = ["--quota-file", folder.of("common/quota.json")];
  await Promise.all([
    twoProcesses({ DETR: [folder.of("one")], DFRA: [folder.of("one")] }),
    twoProcesses({ DETR: [folder.of("detr"), ...quotaFile], DFRA: [folder.of("dfra"), ...quotaFile] }),
  ]);
});

Deno.test("several venues in one process are fetched fairly under one quota", async () => {
  const days = [DETR, DFRA].map((day) => ({ ...day, minutes: { from: 480, until: 488 } }));
  await using replica = await startReplica({ days, quota: QUOTA });
  using folder = temporaryDirectory();
  assertForeseen(await fetchUnder(QUOTA, replica, folder.path, "DETR", "DFRA"), 0);
  assert.ok(replica.refused() <= mostRefused());
  const firstWindow = downloads(replica).slice(0, 8).filter(({ name }) => name.startsWith("DETR"));
  assert.ok(firstWindow.length >= 3 && firstWindow.length <= 5, `${firstWindow.length} of 8`);
});

Deno.test("a refusal caused by others is obeyed, whatever it says about when to try again", async () => {
  await Promise.all((["seconds", "date", "none"] as const).map(async (retryAfter) => {
    const phase = Date.now();
    const quota: QuotaOptions = { ...QUOTA, retryAfter, phase };
    await using replica = await startReplica({ days: [DETR], quota });
    using folder = temporaryDirectory();
    // The listing waits, so that the window which others spend is not over before the program asks for files.
    const spent = Promise.withResolvers<void>();
    replica.inject("list", held(spent.promise));
    const fetching = fetchUnder(QUOTA, replica, folder.path, "DETR");
    await awaited("the request for the listing", () => replica.requests.length > 0);
    const window = phase + WINDOW_MILLIS * Math.ceil((Date.now() - phase) / WINDOW_MILLIS);
    await awaited("the next window", () => Date.now() >= window);
    await spendWindow(replica);
    assert.deepEqual([replica.maxInAnyWindow(), replica.refused()], [8, 0]);
    spent.resolve();
    const run = await fetching;
    assertForeseen(run, 0);
    assert.match(run.stderr, /12 files fetched, 100 trades added/);
    assert.equal(replica.maxInAnyWindow(), 8);
    // Requests in progress at the first refusal are refused too; then none is made until the window ends.
    assert.ok(
      replica.refused() >= 1 && replica.refused() <= IN_FLIGHT,
      `${retryAfter}: ${replica.refused()} times 429`,
    );
    const [refusal] = downloads(replica).filter(({ status }) => status === 429);
    const later = refusal.at + busy() * 500;
    const asked = downloads(replica).filter(({ at }) => at > later).map(({ at }) => at);
    assert.ok(Math.min(...asked) >= window + WINDOW_MILLIS, "asked again in the window that was spent");
  }));
});

function fetchUnder(
  { downloads, seconds }: QuotaOptions,
  { apiUrl }: Replica,
  dir: string,
  ...venuesAndMore: string[]
): Promise<Run> {
  const options = ["--wrk-dir", dir, "--api-url", apiUrl, "--quota", `${downloads}/${seconds}`];
  return runProgram(["fetch-trades", ...venuesAndMore, ...options]);
}

/** Fetches each venue in a separate process, with its own working directory and options. */
async function twoProcesses(processes: Record<string, [dir: string, ...options: string[]]>): Promise<void> {
  await using replica = await startReplica({ days: [DETR, DFRA], quota: QUOTA });
  const runs = await Promise.all(
    Object.entries(processes).map(([venue, [dir, ...more]]) =>
      fetchUnder(QUOTA, replica, dir, venue, ...more)
    ),
  );
  for (const run of runs) {
    assertForeseen(run, 0);
    assert.match(run.stderr, /12 files fetched, 100 trades added/);
  }
  assertKeptTo(replica);
  for (const venue of ["DETR", "DFRA"]) assert.ok(refusals(replica, venue) <= mostRefused(), venue);
  console.log(`429: ${replica.refused()}; at most in a window: ${replica.maxInAnyWindow()}`);
}

/**
 * How many requests of a process may be refused, although it keeps to the quota: where other programs run, a request
 * may be late by a hundredth of a window, and those under way with it are refused as well; where very many run, more
 * than once.
 */
function mostRefused(): number {
  return busy() === 1 ? 1 : IN_FLIGHT * Math.ceil(busy() / VERY_BUSY);
}

/**
 * Fails if more downloads than the quota allows came within half a window, wherever the replica's windows begin:
 * requests may be late on a busy machine. What comes within a whole one is the replica's to refuse. Once it has, a
 * program knows where windows begin, and uses each from its beginning.
 */
function assertKeptTo(replica: Replica): void {
  if (replica.refused() > 0) return;
  const times = downloads(replica).map(({ at }) => at);
  const apart = times.slice(QUOTA.downloads).map((at, i) => at - times[i]);
  assert.ok(Math.min(...apart) > WINDOW_MILLIS / 2, `${apart} ms after the eighth before`);
}

function downloads(replica: Replica) {
  return replica.requests.filter(({ place }) => place === "download");
}

function refusals(replica: Replica, venue: string): number {
  return downloads(replica).filter(({ status, name }) => status === 429 && name.startsWith(venue)).length;
}

/** Another client at the same address requests as many files as a window allows. */
async function spendWindow({ apiUrl }: Replica): Promise<void> {
  for (let i = 0; i < QUOTA.downloads; i++) {
    const url = `${apiUrl}/download/DETR-posttrade-2026-09-01T08_00.json.gz`;
    await (await fetch(url, { redirect: "manual" })).body?.cancel();
  }
}
