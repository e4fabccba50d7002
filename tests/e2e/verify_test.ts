import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { compressed } from "../../scripts/replica/wire.ts";
import { assertForeseen, jsonOf, treeOf } from "./evidence.ts";
import { downloadsDuring, duckdb, fetchArgs, partitionPath, rawPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { DAILY, DATE, fetched, minuteFile, MORNING } from "./morning.ts";
import { flip, NOWHERE, type Verified, verify } from "./verified.ts";
import { storedTable } from "./truth.ts";

Deno.test("intact files are found intact, counted, and left alone", async () => {
  const days = [MORNING, { ...MORNING, date: "2026-09-02" }];
  await using replica = await startReplica({ days, daily: true });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const before = treeOf(dir.path);
  let run = await verify(replica, dir.path);
  const downloads = await downloadsDuring(replica, async () => run = await verify(replica, dir.path));
  assertForeseen(run, 0);
  using db = await duckdb();
  const trades = Number(await db.value(`SELECT count(*) FROM ${storedTable(dir.path)}`));
  assert.equal(
    run.stdout,
    `DETR: read back 2 partitions with ${trades.toLocaleString("en")} trades, 42 raw files, ` +
      "2 daily files of the exchange: 0 damaged, 0 incomplete, 0 warnings\n",
  );
  assert.deepEqual(downloads, [], "daily files that lie in the spool are not asked for");
  assert.deepEqual(treeOf(dir.path), before);
});

Deno.test("only the requested date or month is read; an empty folder has no issues, but ends with 3", async () => {
  const days = [MORNING, { ...MORNING, date: "2026-09-02" }, { ...MORNING, date: "2026-10-01" }];
  await using replica = await startReplica({ days });
  using dir = temporaryDirectory();
  const nothing = await verify(replica, dir.path, "--json");
  assertForeseen(nothing, 3);
  const [{ partitions: none, issues }] = jsonOf<Verified>(nothing).venues;
  assert.deepEqual([none, issues], [0, []]);
  const partitions = async (...more: string[]) => {
    const run = await verify(replica, dir.path, "--json", ...more);
    assertForeseen(run, 0);
    return jsonOf<Verified>(run).venues[0].partitions;
  };
  assert.deepEqual(treeOf(dir.path), []);
  await fetched(replica, dir.path);
  assert.equal(await partitions(), 3);
  assert.equal(await partitions("--all"), 3);
  assert.equal(await partitions("--date", DATE), 1);
  assert.equal(await partitions("--month", "2026-09"), 2);
  for (
    const wrong of [["--month", "2026-13"], ["--date", DATE, "--all"], ["--date", DATE, "--month", "2026-09"]]
  ) {
    assert.equal((await verify(replica, dir.path, ...wrong)).code, 64);
  }
});

Deno.test("a raw file that differs from the one in the ledger is damage, also when it is empty, cut or a folder", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const [flipped, cut, empty, folder] = [1, 2, 3, 4].map((i) => rawPath(dir.path, minuteFile(i)));
  flip(flipped, 30);
  Deno.truncateSync(cut, 15);
  Deno.truncateSync(empty, 0);
  Deno.removeSync(folder);
  Deno.mkdirSync(folder);
  Deno.removeSync(rawPath(dir.path, minuteFile(5))); // as a cleanup does: not an issue
  const run = await verify(replica, dir.path, "--json");
  assertForeseen(run, 65);
  const [{ issues, rawFiles }] = jsonOf<Verified>(run).venues;
  assert.equal(rawFiles, 18);
  assert.deepEqual(issues.map(({ kind, path }) => [kind, path]).sort(), [
    ["damaged raw file", flipped],
    ["damaged raw file", cut],
    ["damaged raw file", empty],
    ["damaged raw file", folder],
  ]);
});

Deno.test("gaps and waiting files are warnings, not damage", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  replica.inject("download", fault.status(404), { name: (name) => /T08_0[67]/.test(name) });
  replica.inject("storage", fault.unknownEra(), { name: minuteFile(9) });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path, 3);
  const run = await verify(replica, dir.path);
  assertForeseen(run, 0);
  const lines = run.stdout.split("\n");
  const path = partitionPath(dir.path, "DETR", DATE);
  assert.equal(
    lines[0],
    `${DATE}  WARNING ${rawPath(dir.path, minuteFile(9))}: 1 raw file not in Parquet yet, this the first; ` +
      "the next fetch or reprocess reads them",
  );
  assert.equal(
    lines[1],
    `${DATE}  WARNING ${path}: gap of 2 minutes, 08_06 to 08_07 UTC; fetch them while the exchange lists them`,
  );
  assert.match(lines[2], /: 0 damaged, 0 incomplete, 2 warnings$/);
});

Deno.test("there is no gap between two trading days that share a date, as they do in summer", async () => {
  const evening = { ...MORNING, date: "2026-08-31", minutes: { from: 1251, until: 1261 } };
  const night = { ...MORNING, date: "2026-09-01", minutes: { from: -60, until: -50 } };
  await using replica = await startReplica({ days: [evening, night] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  assert.match((await verify(replica, dir.path)).stdout, /: 0 damaged, 0 incomplete, 0 warnings$/m);
});

Deno.test("trades that only the exchange's daily file has are reported as not stored yet, exit 3", async () => {
  await using replica = await startReplica({ days: [MORNING], daily: true });
  const shortened = fault.body((gz) => {
    const lines = gunzipSync(gz).toString().split("\n");
    return compressed(new TextEncoder().encode(lines.slice(2).join("\n")));
  });
  replica.inject("storage", shortened, { name: minuteFile(6) });
  using dir = temporaryDirectory();
  const args = fetchArgs(replica, dir.path, ["DETR"], "--no-reconcile");
  assertForeseen(await runInOneProcess(args), 0);
  const raw = treeOf(dir.of("data"));
  const quota = ["--quota-file", dir.of("quota.json")];
  const downloads = await downloadsDuring(replica, async () => {
    const run = await verify(replica, dir.path, "--json", ...quota);
    assertForeseen(run, 3);
    const [{ issues, dailyFiles }] = jsonOf<Verified>(run).venues;
    assert.equal(dailyFiles, 1);
    assert.deepEqual(issues.map(({ kind, severity }) => [kind, severity]), [[
      "not reconciled",
      "incomplete",
    ]]);
    assert.match(
      issues[0].what,
      /^[12] of the \d+ trades of DETR-posttrade-daily-2026-09-01.json.gz are not stored$/,
    );
  });
  assert.deepEqual(downloads, [DAILY]);
  assert.deepEqual(treeOf(dir.of("data")), raw, "nothing is downloaded into the spool");
  await fetched(replica, dir.path);
  assertForeseen(await verify(replica, dir.path), 0);
});

Deno.test("a daily file with the same trades as the minute files finds no difference", async () => {
  await using replica = await startReplica({ days: [MORNING], daily: true });
  using dir = temporaryDirectory();
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DETR"], "--no-reconcile")), 0);
  const run = await verify(replica, dir.path, "--json");
  assertForeseen(run, 0);
  assert.deepEqual(jsonOf<Verified>(run).venues[0].issues, []);
  assert.equal(jsonOf<Verified>(run).venues[0].dailyFiles, 1);
});

Deno.test("a daily file that was unpacked on the way is compared like any other", async () => {
  await using replica = await startReplica({ days: [MORNING], daily: true });
  using dir = temporaryDirectory();
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DETR"], "--no-reconcile")), 0);
  const unpacked = fault.body((gz) => gunzipSync(gz));
  replica.inject("storage", unpacked, { name: DAILY });
  const run = await verify(replica, dir.path, "--json");
  assertForeseen(run, 0);
  const [{ issues, dailyFiles }] = jsonOf<Verified>(run).venues;
  assert.deepEqual([issues, dailyFiles], [[], 1]);
});

for (
  const [what, damage] of [
    ["is not there", fault.status(404)],
    ["is not understood", fault.unknownEra()],
    ["is no gzip stream", fault.html()],
    ["is cut on the way after it was unpacked", fault.body((gz) => gunzipSync(gz).subarray(0, -20))],
  ] as const
) {
  Deno.test(`a daily file that ${what} is a warning`, async () => {
    await using replica = await startReplica({ days: [MORNING], daily: true });
    using dir = temporaryDirectory();
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DETR"], "--no-reconcile")), 0);
    replica.inject(what === "is not there" ? "download" : "storage", damage, { name: DAILY });
    const run = await verify(replica, dir.path, "--json");
    assertForeseen(run, 0);
    assert.deepEqual(jsonOf<Verified>(run).venues[0].issues.map(({ kind }) => kind), ["not compared"]);
  });
}

Deno.test("without the exchange everything except its daily files is verified, and a line says so", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  const run = await verify({ apiUrl: NOWHERE }, dir.path, "--json");
  assertForeseen(run, 0);
  const [{ issues, partitions }] = jsonOf<Verified>(run).venues;
  assert.equal(partitions, 1);
  assert.deepEqual(issues.map(({ kind, severity }) => [kind, severity]), [["not compared", "warning"]]);
});

Deno.test("reading back does not wait: another process may hold the write lock", async () => {
  await using replica = await startReplica({ days: [MORNING] });
  using dir = temporaryDirectory();
  await fetched(replica, dir.path);
  using lock = Deno.openSync(dir.of(".xetra-parqed/write-DETR.lock"), { read: true, write: true });
  assert.ok(lock.tryLockSync(true));
  assertForeseen(await verify(replica, dir.path), 0);
});
