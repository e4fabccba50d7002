import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { withLines } from "./changed_lines.ts";
import { jsonOf, logOf } from "./evidence.ts";
import { downloadsDuring, fetchArgs, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DAILY, DATE, fetched, MORNING } from "./morning.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

/** An hour of trading: with more than 20 missing files, the daily one is used. */
const HOUR: DaySpec = { ...MORNING, trades: 2_000, minutes: { from: 480, until: 540 } };
const TWENTY_MINUTES = { ...HOUR, minutes: { from: 480, until: 500 } };

Deno.test("a day without stored data comes from its daily file, with one request", async () => {
  await using replica = await startReplica({ days: [HOUR], daily: true });
  using dir = temporaryDirectory();
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY]);
  await assertStoresTruth(dir.path, replica);
  const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
  assert.equal(ledger.filter((line) => /^08_\d\d \d+ 0 credited$/.test(line)).length, 60);
  assert.equal(ledger.filter((line) => /^daily-2026-09-01 \d+ 0 [0-9a-f]{16}$/.test(line)).length, 1);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), []);
});

Deno.test("a day that came from its daily file is rebuilt from the spool, without a request", async () => {
  await using replica = await startReplica({ days: [HOUR], daily: true });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  Deno.removeSync(partitionPath(dir.path, "DETR", DATE));
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), []);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("a minute of trading hours without a row in the daily file is fetched as well", async () => {
  const missing = "DETR-posttrade-2026-09-01T08_10.json.gz";
  const days = [{ ...HOUR, untidiness: { ...UNTIDY, missingPublicationTimes: 0 } }];
  await using replica = await startReplica({ days, daily: true });
  replica.inject("storage", withLines((line) => publishedIn(line, "08:10") ? null : line), { name: DAILY });
  using dir = temporaryDirectory();
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY, missing]);
  await assertStoresTruth(dir.path, replica);
});

for (
  const [what, place, failure] of [
    ["answers 404", "download", fault.status(404)],
    ["is no whole gzip stream", "storage", fault.badCrc()],
  ] as const
) {
  Deno.test(`when the daily file ${what}, the minute files are fetched, and the run is not complete`, async () => {
    await using replica = await startReplica({ days: [HOUR], daily: true });
    replica.inject(place, failure, { name: DAILY });
    using dir = temporaryDirectory();
    const downloads = await downloadsDuring(replica, () => fetched(replica, dir.path, 3));
    assert.equal(downloads[0], DAILY);
    assert.equal(new Set(downloads).size, 1 + 60);
    await assertStoresTruth(dir.path, replica);
  });
}

Deno.test("20 missing minutes are fetched one by one, and the daily file for reconciliation unless --no-reconcile is given", async () => {
  await using replica = await startReplica({ days: [TWENTY_MINUTES], daily: true });
  using dir = temporaryDirectory();
  const minutes = await downloadsDuring(replica, () => fetched(replica, dir.path, 0, "--no-reconcile"));
  assert.equal(minutes.length, 20);
  assert.ok(!minutes.includes(DAILY));
  await assertStoresTruth(dir.path, replica);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY]);
  await assertStoresTruth(dir.path, replica);
  const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
  assert.equal(ledger.length, 21);
  assert.ok(!ledger.some((line) => line.endsWith("credited")));
});

Deno.test("a daily file that begins before midnight UTC is stored in both dates, beside that of the day before", async () => {
  const days: DaySpec[] = [
    {
      venue: "DEUR",
      date: "2026-08-31",
      trades: 500,
      minutes: { from: 480, until: 510 },
      untidiness: UNTIDY,
    },
    {
      venue: "DEUR",
      date: "2026-09-01",
      trades: 900,
      minutes: { from: -50, until: 30 },
      opens: 60,
      untidiness: UNTIDY,
    },
  ];
  await using replica = await startReplica({ days, daily: true });
  using dir = temporaryDirectory();
  const downloads = await downloadsDuring(
    replica,
    async () => assert.equal((await runInOneProcess(fetchArgs(replica, dir.path, ["DEUR"]))).code, 0),
  );
  assert.equal(downloads.length, 2);
  assert.ok(await assertStoresTruth(dir.path, replica) > 1_000);
  const before = await ledgerLines(partitionPath(dir.path, "DEUR", "2026-08-31"));
  assert.deepEqual(before.filter((line) => line.startsWith("daily")).map((line) => line.slice(0, 16)), [
    "daily-2026-08-31",
    "daily-2026-09-01",
  ]);
  assert.equal(before.length, 2 + 30 + 50);
  assert.equal((await ledgerLines(partitionPath(dir.path, "DEUR", "2026-09-01"))).length, 1 + 30);
});

Deno.test("a daily file with more rows than are sorted at a time completes a day that was started with minutes", async () => {
  const day = { ...HOUR, trades: 67_000, minutes: { from: 480, until: 510 } };
  await using replica = await startReplica({ days: [day], daily: true, listed: { until: `${DATE}T08:05` } });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  replica.listed.until = null;
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), [DAILY]);
  assert.ok(await assertStoresTruth(dir.path, replica) > 67_000);
});

Deno.test("the daily file adds rows that a fetched minute file lacks", async () => {
  await using replica = await startReplica({ days: [TWENTY_MINUTES], daily: true });
  const lacking = "DETR-posttrade-2026-09-01T08_05.json.gz";
  replica.inject("storage", withLines((line, at) => at < 9 ? null : line), { name: lacking });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 0, "--no-reconcile");
  await assert.rejects(() => assertStoresTruth(dir.path, replica), /missing/);
  const warnings = logOf(await fetched(replica, dir.path)).filter((line) => line.startsWith("WARNING "));
  await assertStoresTruth(dir.path, replica);
  assert.equal(warnings.length, 1);
  const [, told, added] =
    /and the minute files: (.* compared, ([1-9]) missing and added, 0 in .*; 1 minute file fell short, .*)$/
      .exec(
        warnings[0],
      )!;
  const report = await runInOneProcess(["--wrk-dir", dir.path, "status", "DETR"]);
  assert.ok(report.stdout.includes(`${DAILY}: ${told}\n`), report.stdout);
  const { venues: [{ state }] } = jsonOf<{ venues: { state: { reconciled: { added: number } } }[] }>(
    await runInOneProcess(["--wrk-dir", dir.path, "status", "DETR", "--json"]),
  );
  assert.equal(state.reconciled.added, Number(added));
});

Deno.test("rows of a listed minute file that is missing come from the daily file", async () => {
  await using replica = await startReplica({ days: [TWENTY_MINUTES], daily: true });
  replica.inject("download", fault.status(404), { name: "DETR-posttrade-2026-09-01T08_05.json.gz" });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("a daily file that contradicts fetched minutes adds nothing to these, and everything to the others", async () => {
  await using replica = await startReplica({ days: [HOUR], daily: true, listed: { until: `${DATE}T08:15` } });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  replica.listed.until = null;
  const otherPrice = (line: string) =>
    /^08:(0\d|1[0-4])/.test(publication(line)) ? line.replace(/"price":"?[\d.]+"?/, '"price":7') : line;
  replica.inject("storage", withLines(otherPrice), { name: DAILY });
  const { stderr } = await fetched(replica, dir.path, 3);
  assert.match(stderr, /ERROR .*daily-2026-09-01.* contradicts the minute files/);
  await assertStoresTruth(dir.path, replica);
  assert.ok(Deno.statSync(rawPath(dir.path, DAILY)).isFile);
  assert.deepEqual(await downloadsDuring(replica, () => fetched(replica, dir.path)), []);
  await assertStoresTruth(dir.path, replica);
});

function publishedIn(line: string, minute: string): boolean {
  return publication(line).startsWith(minute);
}

/** The time of day at which a row was published, `08:10:12.3…`; without a publication time that of the trade. */
function publication(line: string): string {
  const time = (key: string) => new RegExp(`"${key}":"[^"T]*T([^"]*)"`).exec(line)?.[1];
  return time("publicationDateAndTime") ?? time("tradingDateAndTime") ?? "";
}
