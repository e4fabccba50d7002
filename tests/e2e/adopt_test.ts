import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { startReplica } from "../../scripts/replica/server.ts";
import { DAMAGES } from "./damages.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, jsonOf, looksAt, onlyErrorOf, reached, treeOf } from "./evidence.ts";
import {
  downloadsDuring,
  duckdb,
  fetchArgs,
  partitionPath,
  type Run,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { differences, keptOf, writeDay, writeRaw } from "./predecessor.ts";
import { assertStoresTruth, ledgerLines, storedTable } from "./truth.ts";
import { flip, NOWHERE, type Verified, verify } from "./verified.ts";

const OLD: DaySpec = {
  venue: "DETR",
  date: "2025-11-03",
  era: "2025-legacy",
  trades: 900,
  minutes: { from: 540, until: 560 },
};
const NEW: DaySpec = { venue: "DETR", date: "2026-09-01", trades: 900, minutes: { from: 540, until: 560 } };

Deno.test("the predecessor's days of both eras become ours, each trade once; verify finds nothing, and a second run does nothing", async () => {
  await using replica = await startReplica({ days: [] });
  using dir = temporaryDirectory();
  using db = await duckdb();
  const paths = [await writeDay(db, dir.path, OLD, { times: 2 }), await writeDay(db, dir.path, NEW)];
  const before = treeOf(dir.path);
  const planned = await adopt(dir.path, "DETR", "--dry-run");
  assertForeseen(planned, 0);
  assert.match(
    planned.stdout,
    /^DETR 2025-11-03: 1,8\d\d trades in 1 file would be adopted\nDETR 2026-09-01: 9/,
  );
  assert.deepEqual(treeOf(dir.path), before, "a dry run touches nothing");

  const bytes = paths.map((path) => Deno.readFileSync(path));
  const run = await adopt(dir.path, "DETR");
  assertForeseen(run, 0);
  assert.match(run.stdout, /^DETR: 2 days adopted, 2,[78]\d\d trades of 2 files, .* trades a second\n$/);
  for (const [i, path] of paths.entries()) {
    assert.deepEqual(Deno.readFileSync(keptOf(path)), bytes[i]);
    assert.equal(await differences(db, keptOf(path), path), 0);
    assert.match((await ledgerLines(path)).join(), /^adopted~([0-9a-f]{16}) \d+ 0 \1$/);
  }
  assert.equal(Number(await db.value(`SELECT count(DISTINCT filename) FROM ${storedTable(dir.path)}`)), 2);
  assert.equal(await db.value(`SELECT count(schema_version) = count(*) FROM ${storedTable(dir.path)}`), true);
  const verified = await verify(replica, dir.path, "--json");
  assertForeseen(verified, 0);
  const [{ partitions, issues }] = jsonOf<Verified>(verified).venues;
  assert.deepEqual([partitions, issues], [2, []]);

  const after = treeOf(dir.path);
  const again = await adopt(dir.path, "--all");
  assertForeseen(again, 0);
  assert.equal(again.stdout, "DETR: nothing to adopt\n");
  assert.deepEqual(treeOf(dir.path), after, "a second run changes nothing");
});

Deno.test("a day that is fetched after it was adopted has each trade once, and its daily file adds none", async () => {
  for (const daily of [false, true]) {
    await using replica = await startReplica({ days: [NEW], daily });
    using dir = temporaryDirectory();
    using db = await duckdb();
    const path = await writeDay(db, dir.path, NEW, { where: "hash(transactionIdentificationCode) % 3 > 0" });
    assertForeseen(await adopt(dir.path, "DETR"), 0);
    const adopted = Number(await db.value(`SELECT count(*) FROM '${path}'`));
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path)), 0);
    using truth = temporaryDirectory();
    await replica.writeTruth(truth.path, new Set());
    const all = await db.value(`SELECT count(*) FROM '${truth.path}/*/*.ndjson'`);
    const [found] = await db.rows(
      `SELECT count(*) AS rows, count(DISTINCT transaction_id) AS ids FROM '${path}'`,
    );
    assert.ok(adopted < Number(all));
    assert.deepEqual([found.rows, found.ids], [all, all]);
    assertForeseen(await verify(replica, dir.path), 0);
  }
});

Deno.test("raw files of a Eurex day, for which the predecessor kept no contracts, give the complete day without a request", async () => {
  const day: DaySpec = { ...NEW, venue: "DEUR" };
  const fetch = (dir: string) => runInOneProcess(fetchArgs(replica, dir, ["DEUR"]));
  const deur = () => verify({ apiUrl: replica.apiUrl, venue: "DEUR" }, dir.path);
  await using replica = await startReplica({ days: [day] });
  using dir = temporaryDirectory();
  using db = await duckdb();
  await writeDay(db, dir.path, day);
  const files = writeRaw(dir.path, day);
  const run = await adopt(dir.path, "DEUR", "--json");
  assertForeseen(run, 0);
  const [{ days: [adopted] }] = jsonOf<Adopted>(run).venues;
  assert.deepEqual([adopted.rawFiles, adopted.added], [files, 0]);
  await assertStoresTruth(dir.path, replica);
  const downloads = await downloadsDuring(replica, async () => {
    assertForeseen(await fetch(dir.path), 0);
  });
  assert.deepEqual(downloads, []);
  assertForeseen(await deur(), 0);
  const after = treeOf(dir.path);
  assert.equal((await adopt(dir.path, "DEUR")).stdout, "DEUR: nothing to adopt\n");
  assert.deepEqual(treeOf(dir.path), after);
  assertForeseen(await adopt(dir.path, "DEUR", "--delete-originals"), 0);
  assert.deepEqual(filesBelow(dir.of("data/de/xetra/raw/DEUR")), []);
  assertForeseen(await deur(), 0);
  await assertStoresTruth(dir.path, replica);
});

Deno.test("fetch-trades, verify and check-partial name adopt as the remedy for a day of the predecessor, and leave it alone", async () => {
  await using replica = await startReplica({ days: [NEW] });
  using dir = temporaryDirectory();
  using db = await duckdb();
  const path = await writeDay(db, dir.path, NEW);
  const bytes = Deno.readFileSync(path);
  const remedy =
    /trades\.parquet: according to its footer it was not written by this program\..* xetra-parqed adopt DETR takes over/;
  assert.match(onlyErrorOf(await runInOneProcess(fetchArgs(replica, dir.path)), 65), remedy);
  assert.match(
    (await runInOneProcess(["--wrk-dir", dir.path, "check-partial", "DETR"])).stdout,
    /adopt DETR/,
  );
  const verified = await verify(replica, dir.path, "--repair", "--json");
  assertForeseen(verified, 65);
  const [{ issues, repairs }] = jsonOf<Verified>(verified).venues;
  assert.match(issues[0].remedy, /^xetra-parqed adopt DETR takes over its trades/);
  assert.match(String(repairs[0].reason), /xetra-parqed adopt DETR takes them over/);
  assert.deepEqual(Deno.readFileSync(path), bytes);

  assertForeseen(await adopt(dir.path, "DETR"), 0);
  await assertStoresTruth(dir.path, replica);
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path)), 0);
  assertForeseen(await verify(replica, dir.path), 0);
});

Deno.test("with --from the predecessor's folder is not changed, and trades that are already stored are recognized", async () => {
  using from = temporaryDirectory();
  using dir = temporaryDirectory();
  using db = await duckdb();
  const path = await writeDay(db, from.path, OLD);
  const before = treeOf(from.path);
  const run = await adopt(dir.path, "--all", "--from", from.of("data"));
  assertForeseen(run, 0);
  assert.deepEqual(treeOf(from.path), before);
  assert.equal(await differences(db, path, partitionPath(dir.path, "DETR", OLD.date)), 0);
  const stored = treeOf(dir.path);
  assert.equal((await adopt(dir.path, "DETR", "--from", from.path)).stdout, "DETR: nothing to adopt\n");
  assert.deepEqual(treeOf(dir.path), stored);
});

Deno.test("wrong uses are reported in one line: 64 for an invalid command line, 0 when there is nothing, 65 for other files", async () => {
  using dir = temporaryDirectory();
  using db = await duckdb();
  for (
    const [args, message] of [
      [[], /give either venues or --all/],
      [["DETR", "--all"], /give either venues or --all/],
      [["DETR", "--from", dir.of("nowhere")], /nowhere has no data\/de\/xetra/],
      [["DETR", "--from", dir.path, "--delete-originals"], /cannot be used with/],
    ] as const
  ) {
    const run = await adopt(dir.path, ...args);
    assertForeseen(run, 64);
    assert.match(run.stderr, message);
    assert.equal(run.stderr.trim().split("\n").length, 1);
  }
  const nothing = await adopt(dir.path, "DETR");
  assertForeseen(nothing, 0);
  assert.equal(nothing.stdout, "DETR: nothing to adopt\n");
  assert.deepEqual(filesBelow(dir.path), []);

  const good = await writeDay(db, dir.path, NEW);
  const bad = await writeDay(db, dir.path, OLD);
  await db.rows(`COPY (SELECT 1 AS a, 'DE0007164600' AS isin) TO '${bad}' (FORMAT parquet)`);
  const before = Deno.readFileSync(bad);
  const other = await adopt(dir.path, "DETR");
  assert.match(
    onlyErrorOf(other, 65),
    /trades\.parquet is left as it is: no file of trades: it has no trading_date_/,
  );
  assert.deepEqual(Deno.readFileSync(bad), before);
  assert.ok(keptOf(good), "the other day is adopted");

  Deno.truncateSync(bad, 100);
  assert.match(onlyErrorOf(await adopt(dir.path, "DETR"), 65), /is left as it is: cannot be read/);
  Deno.removeSync(bad);
  DAMAGES["flipped in its ledger"].damage(good);
  const own = onlyErrorOf(await adopt(dir.path, "--all"), 65);
  assert.match(own, /left as it is: this program's own, and damaged: run xetra-parqed verify/);
});

Deno.test("an adopted day has no raw files: it is never rebuilt from the spool, but salvaged by row groups", async () => {
  using dir = temporaryDirectory();
  using db = await duckdb();
  const path = await writeDay(db, dir.path, OLD);
  assertForeseen(await adopt(dir.path, "DETR", "--delete-originals"), 0);
  assert.deepEqual(filesBelow(dirname(path)).map((path) => basename(path)), ["trades.parquet"]);
  const bytes = Deno.readFileSync(path);
  const forced = await runInOneProcess(["--wrk-dir", dir.path, "reprocess", "DETR", "--force"]);
  assertForeseen(forced, 0);
  assert.deepEqual(Deno.readFileSync(path), bytes);
  const cleaned = await runInOneProcess(["--wrk-dir", dir.path, "cleanup-raw", "DETR", "--keep-days", "0"]);
  assertForeseen(cleaned, 0);

  flip(path, -1);
  const repaired = await verify({ apiUrl: NOWHERE }, dir.path, "--repair", "--json");
  assertForeseen(repaired, 0);
  const [{ repairs: [repair] }] = jsonOf<Verified>(repaired).venues;
  assert.deepEqual([repair.kind, repair.proven], ["rebuilt", true]);
  assert.equal(Number(await db.value(`SELECT count(*) FROM '${path}'`)), repair.rows);
  flip(path, 500);
  const left = await verify({ apiUrl: NOWHERE }, dir.path, "--repair", "--json");
  assertForeseen(left, 65);
  assert.equal(jsonOf<Verified>(left).venues[0].repairs[0].kind, "left");
});

Deno.test("adopt waits for a process that writes the venue; a dry run, and a run with nothing to do, do not wait", async () => {
  using dir = temporaryDirectory();
  using db = await duckdb();
  const path = await writeDay(db, dir.path, OLD);
  const original = Deno.readFileSync(path);
  const lock = dir.of(".xetra-parqed/write-DETR.lock");
  Deno.mkdirSync(dirname(lock));
  using held = Deno.openSync(lock, { write: true, create: true });
  held.lockSync(true);
  assertForeseen(await adopt(dir.path, "DETR", "--dry-run"), 0);
  using looks = looksAt(lock);
  await using waiting = startProgram(["--wrk-dir", dir.path, "adopt", "DETR"]);
  await reached(waiting, "it has tried for the lock more than once", () => looks.count > 3);
  assert.deepEqual(Deno.readFileSync(path), original);
  held.unlockSync();
  assertForeseen(await waiting.ended, 0);
  held.lockSync(true);
  assert.equal((await adopt(dir.path, "DETR")).stdout, "DETR: nothing to adopt\n");
});

/** More than an adoption of this day has calls of one kind. */
const MOST_CALLS = 20;

for (const [call, times] of [["rename", 6], ["linkat", 1]] as const) {
  Deno.test({
    name: `killed before any ${call}, adopt loses nothing, and once more ends it`,
    ignore: !straceWorks(),
    async fn() {
      using db = await duckdb();
      const day = { ...NEW, trades: 90, minutes: { from: 540, until: 542 } };
      await using replica = await startReplica({ days: [day] });
      let killed = 0;
      for (let nth = 1, code = 137; code !== 0; nth++) {
        using dir = temporaryDirectory();
        const merged = await writeDay(db, dir.path, day, { where: "hash(price) % 2 = 0" });
        await writeDay(db, dir.path, day, { where: "hash(price) % 2 = 1", name: "trades-7-1.parquet" });
        writeRaw(dir.path, day);
        const glob = `read_parquet('${dirname(merged)}/*.parquet', union_by_name = true)`;
        const trades = `SELECT count(DISTINCT (isin, transaction_id, modification_flag)) FROM ${glob}`;
        const before = await db.value(trades);
        const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=SIGKILL:when=${nth}`];
        const under = ["strace", "-f", "-qq", "-o", "/dev/null", ...inject];
        ({ code } = await runProgram(["--wrk-dir", dir.path, "adopt", "DETR"], { under }));
        assert.ok(code === 0 || (code === 137 && nth < MOST_CALLS), `${code} at ${nth}`);
        killed += Number(code === 137);
        assert.equal(await db.value(trades), before, "a reader finds every trade after each kill");
        assertForeseen(await adopt(dir.path, "DETR"), 0);
        await assertStoresTruth(dir.path, replica);
      }
      assert.ok(killed >= times, `${killed} kills`);
    },
  });
}

interface Adopted {
  readonly venues: readonly {
    readonly days: readonly { readonly rawFiles: number; readonly added: number }[];
  }[];
}

/** Whether this machine has strace and lets it trace. */
function straceWorks(): boolean {
  try {
    return new Deno.Command("strace", { args: ["-qq", "-o", "/dev/null", "true"], stderr: "null" })
      .outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function adopt(dir: string, ...args: readonly string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", dir, "adopt", ...args]);
}
