import assert from "node:assert/strict";
import type { QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { filesBelow } from "./disk.ts";
import { AMPLE_QUOTA, downloadsDuring, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";

const DATE = "2026-09-01";
/** Three hours of the morning; the first and the last are incomplete. */
const MINUTES = { from: 9 * 60 + 50, until: 11 * 60 + 5 };
const SERVICES = [
  "DGAT-pretrade",
  "DETR-pretrade",
  "DFRA-pretrade",
  "DEUR-pretradeOthers",
  "DEUR-pretradeMDOptions",
];
const VENUES = ["DGAT", "DETR", "DFRA", "DEUR"];

Deno.test("fetch-quotes stores what the replica has of all venues, each row once, and keeps no raw file", async () => {
  using dir = temporaryDirectory();
  const quotes = SERVICES.map((service) => specOf(service, { odd: true }));
  await using replica = await startReplica({ days: [], quotes, daily: true });
  const downloads = await downloadsDuring(replica, async () => {
    const { code, stderr } = await fetchQuotes(replica, dir.path, VENUES);
    assert.equal(code, 0, stderr);
  });
  assert.equal(new Set(downloads).size, SERVICES.length * 75);
  assert.ok(!downloads.some((name) => name.includes("daily")), "daily files of quotes are never there");
  assert.ok(await assertHoldsTruth(dir, quotes) > 5_000);
  assert.deepEqual(rawFiles(dir.path), []);
  const again = await downloadsDuring(replica, async () => {
    const { code, stderr } = await fetchQuotes(replica, dir.path, VENUES);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /All available data already stored for DGAT/);
  });
  assert.deepEqual(again, []);
  const status = await runInOneProcess(["--wrk-dir", dir.path, "status", ...VENUES, "--quotes", "--json"]);
  for (const { venue, state } of JSON.parse(status.stdout).venues) {
    assert.deepEqual(state.days.map(({ pending }: { pending: number }) => pending), [0], venue);
  }
});

Deno.test("with --isin, --bonds or --notation only such quotes are stored, and the ledger names the filter", async () => {
  const quotes = [specOf("DFRA-pretrade"), specOf("DGAT-pretrade")];
  await using replica = await startReplica({ days: [], quotes });
  const [isin] = await isinsOf(replica);
  const filters = [
    [["--isin", isin], (quote: { isin: string }) => quote.isin === isin],
    [["--bonds"], (quote: { price_notation: number | null }) => quote.price_notation === 2],
    [["--notation", "1"], (quote: { price_notation: number | null }) => quote.price_notation === 1],
  ] as const;
  for (const [options, keep] of filters) {
    using dir = temporaryDirectory();
    const { code, stderr } = await fetchQuotes(replica, dir.path, ["DFRA", "DGAT"], ...options);
    assert.equal(code, 0, stderr);
    assert.ok(await assertHoldsTruth(dir, quotes, keep) > 0);
    assert.deepEqual(rawFiles(dir.path), []);
  }
});

Deno.test("a wider filter fetches the stored hours again while their files are listed, and says what it cannot get", async () => {
  using dir = temporaryDirectory();
  const quotes = [specOf("DGAT-pretrade")];
  await using replica = await startReplica({ days: [], quotes });
  const [isin] = await isinsOf(replica);
  assert.equal((await fetchQuotes(replica, dir.path, ["DGAT"], "--isin", isin)).code, 0);
  replica.listed.from = `${DATE}T10:10`;
  const { code, stderr } = await fetchQuotes(replica, dir.path, ["DGAT"]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /DGAT 2026-09-01T10: 10 of 60 files are no longer listed/);
  await assertHoldsTruth(dir, quotes, (quote) => quote.isin === isin || hourOfQuote(quote) >= "11");
});

Deno.test("--no-store says files, megabytes and minutes, and writes nothing", async () => {
  using dir = temporaryDirectory();
  await using replica = await startReplica({ days: [], quotes: [specOf("DGAT-pretrade")] });
  const run = await fetchQuotes(replica, dir.path, ["DGAT"], "--no-store");
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /DGAT: would be fetched, about 240 MB, in about \d+ min under the quota/);
  assert.match(run.stdout, /trading day +files +MB +minutes\n2026-09-01 +75 +240 +\d+/);
  const { stdout } = await fetchQuotes(replica, dir.path, ["DGAT"], "--no-store", "--json");
  const [plan] = JSON.parse(stdout).venues;
  assert.deepEqual([plan.venue, plan.services, plan.listed, plan.days[0].files], [
    "DGAT",
    ["pretrade"],
    75,
    75,
  ]);
  assert.deepEqual(filesBelow(dir.path), []);
});

Deno.test("a mistyped ISIN of --isin is named before anything is fetched", async () => {
  using dir = temporaryDirectory();
  await using replica = await startReplica({ days: [], quotes: [specOf("DGAT-pretrade")] });
  const { code, stderr } = await fetchQuotes(
    replica,
    dir.path,
    ["DGAT"],
    "--no-store",
    "--isin",
    "DE0007164609",
  );
  assert.equal(code, 0);
  assert.match(stderr, /WARNING.*perhaps mistyped: DE0007164609 \(its check digit would be 0\)/);
});

Deno.test("--keep-raw-days keeps the raw files of this many dates, and --json says what was done", async () => {
  using dir = temporaryDirectory();
  await using replica = await startReplica({ days: [], quotes: [specOf("DGAT-pretrade")] });
  const { code, stdout } = await fetchQuotes(
    replica,
    dir.path,
    ["DGAT"],
    "--keep-raw-days",
    "10000",
    "--json",
  );
  assert.equal(code, 0);
  const [{ files, quotes, pending }] = JSON.parse(stdout).venues;
  assert.deepEqual([files, pending], [75, {}]);
  assert.ok(quotes > 1000);
  assert.equal(rawFiles(dir.path).length, 75);
});

Deno.test("a file that cannot be fetched stays pending, a rejected one too, and both are fetched at the next run", async () => {
  using dir = temporaryDirectory();
  const quotes = [specOf("DGAT-pretrade")];
  await using replica = await startReplica({ days: [], quotes });
  replica.inject("storage", fault.status(503), { name: `DGAT-pretrade-${DATE}T10_10.json.gz` });
  replica.inject("storage", fault.badCrc(), { name: `DGAT-pretrade-${DATE}T10_20.json.gz` });
  const first = await fetchQuotes(replica, dir.path, ["DGAT"]);
  assert.equal(first.code, 3, first.stderr);
  assert.match(first.stderr, /DGAT: 2 files pending/);
  replica.clearFaults();
  const second = await fetchQuotes(replica, dir.path, ["DGAT"]);
  assert.equal(second.code, 0, second.stderr);
  await assertHoldsTruth(dir, quotes);
  assert.deepEqual(rawFiles(dir.path), []);
});

Deno.test("files that the exchange has deleted since the last run are reported at once, with the first and the last minute", async () => {
  using dir = temporaryDirectory();
  const quotes = [specOf("DGAT-pretrade", { date: "2026-08-31" }), specOf("DGAT-pretrade")];
  await using replica = await startReplica({ days: [], quotes, listed: { until: "2026-08-31T10:00" } });
  assert.equal((await fetchQuotes(replica, dir.path, ["DGAT"])).code, 0);
  Object.assign(replica.listed, { from: `${DATE}T00:00`, until: null });
  const { code, stderr } = await fetchQuotes(replica, dir.path, ["DGAT"]);
  assert.equal(code, 0, stderr);
  // From 10:00 to 21:00, and from 23:00 to the first minute that is listed, 09:50.
  const lost = 661 + 650;
  assert.match(
    stderr,
    new RegExp(
      `ERROR .*DGAT: quotes of ${lost.toLocaleString("en-US")} minutes are lost, ` +
        "DGAT-pretrade-2026-08-31T10_00.json.gz to DGAT-pretrade-2026-09-01T09_49.json.gz",
    ),
  );
});

Deno.test("the unused name of Eurex is refused, and so is anything that is not a service of quotes", async () => {
  for (const service of ["DEUR-pretrade", "DGAT-posttrade", "dgat"]) {
    const { code, stderr } = await runInOneProcess(["fetch-quotes", service]);
    assert.equal(code, 64);
    assert.match(stderr, service === "DEUR-pretrade" ? /dead name/ : /A service of quotes is a venue/);
  }
});

Deno.test("status, list-files, check-status, check-partial, coverage and cleanup-raw report on quotes with --quotes", async () => {
  using dir = temporaryDirectory();
  await using replica = await startReplica({
    days: [],
    quotes: ["DGAT-pretrade", "DEUR-pretradeOthers"].map((of) => specOf(of)),
  });
  const look = (...args: string[]) => runInOneProcess(["--wrk-dir", dir.path, ...args, "--quotes"]);
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await look(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.equal(
    (await fetchQuotes(replica, dir.path, ["DGAT", "DEUR-pretradeOthers"], "--keep-raw-days", "10000")).code,
    0,
  );
  const names = await said("list-files", "DEUR", "--api-url", replica.apiUrl);
  assert.equal(names.match(/DEUR-pretradeOthers-2026-09-01T/g)?.length, 75);
  assert.match(
    await said("check-status", "DGAT", "--api-url", replica.apiUrl),
    /quotes\n2026-09-01 +75 +75 +0 +0 +0 +0 +[\d,]+\n/,
  );
  const status = await said("status", "DGAT");
  assert.match(status, /last cycle +.*75 files, [\d,]+ quotes\n/);
  assert.match(status, /newest minute +2026-09-01T11:04 UTC/);
  assert.match(
    await said("coverage", "DGAT", "--from", DATE, "--to", DATE),
    /usual quotes.*\n.*quotes.*\n2026-09-01 +incomplete/s,
  );
  const documentOf = async (...args: string[]) => JSON.parse(await said(...args, "--json")).venues[0];
  const { state } = await documentOf("status", "DGAT");
  const ofDay = [
    state.days[0],
    (await documentOf("check-status", "DGAT", "--api-url", replica.apiUrl)).days[0],
    (await documentOf("coverage", "DGAT", "--from", DATE, "--to", DATE)).days[0],
  ];
  for (const counts of [state.lastCycle, ...ofDay]) {
    assert.deepEqual([counts.quotes, counts.trades], [state.lastCycle.quotes, undefined]);
    assert.ok(counts.quotes > 0);
  }
  for (const venue of ["DGAT", "DEUR"]) {
    const partial = await said("check-partial", venue);
    assert.match(partial, /1 date looked at, 1 date with issues/);
    assert.match(
      partial,
      /absent, 00_00 to 09_49 UTC/,
      "of Eurex's services only the one that is collected is missed",
    );
    assert.doesNotMatch(partial, /00_00 to 21_00/);
  }
  const metrics = Deno.readTextFileSync(dir.of(".xetra-parqed", "metrics-DGAT-quotes.prom"));
  assert.match(metrics, /\nxetra_parqed_last_cycle_files\{venue="DGAT",data="quotes"\} 75\n/);
  assert.match(await said("cleanup-raw", "DGAT", "--dry-run"), /DGAT: 75 raw files would be deleted/);
  assert.equal(rawFiles(dir.path).length, 150);
  await said("cleanup-raw", "DGAT");
  assert.equal(rawFiles(dir.path).length, 75);
});

function specOf(service: string, more: Partial<QuoteDaySpec> = {}): QuoteDaySpec {
  return { service, date: DATE, rows: 60, instruments: 50, minutes: MINUTES, ...more };
}

function fetchQuotes(
  { apiUrl }: Replica,
  dir: string,
  services: readonly string[],
  ...more: string[]
): Promise<Run> {
  return runInOneProcess([
    "--wrk-dir",
    dir,
    "fetch-quotes",
    ...services,
    "--api-url",
    apiUrl,
    "--quota",
    AMPLE_QUOTA,
    ...more,
  ]);
}

function rawFiles(dir: string): string[] {
  return filesBelow(`${dir}/data/de/xetra/raw`);
}

/** Instruments of the replica, as they come in its first hour. */
async function isinsOf(replica: Replica): Promise<string[]> {
  using truth = temporaryDirectory();
  const [path] = await replica.writeQuotesTruth(truth.path);
  const rows = Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  return rows.map((row) => JSON.parse(row).isin);
}

/** The hour of publication; the replica's of Tradegate always have it. */
function hourOfQuote({ distribution_time }: { readonly distribution_time: string | null }): string {
  return distribution_time!.slice(11, 13);
}
