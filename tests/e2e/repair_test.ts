import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { copyFolder } from "../faults/copied_folder.ts";
import { assertForeseen, jsonOf, treeOf } from "./evidence.ts";
import { filesBelow } from "./disk.ts";
import {
  asideOf,
  downloadsDuring,
  duckdb,
  fetchArgs,
  partitionPath,
  rawPath,
  runProgram,
  temporaryDirectory,
} from "./harness.ts";
import { DAMAGES } from "./damages.ts";
import { DATE, fetchDetr, fetched, minuteFile, MORNING } from "./morning.ts";
import { runInOneProcess } from "./one_process.ts";
import { flip, type Verified, verify } from "./verified.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";

/** The morning as a fetch has stored it, once for all tests that begin with it. */
const whole = temporaryDirectory();
const replica = await startReplica({ days: [MORNING] });
Deno.test.beforeAll(async () => void await stored(replica, whole.path));
Deno.test.afterAll(async () => {
  whole[Symbol.dispose]();
  await replica.close();
});

for (const [what, { damage, proven }] of Object.entries(DAMAGES)) {
  Deno.test(`a partition ${what} is found, kept under another name, and rebuilt from the spool`, async () => {
    using dir = temporaryDirectory();
    const path = await copyOfMorning(dir.path);
    const ledger = await ledgerLines(path);
    await damage(path);
    const damaged = treeOf(dir.path);
    const found = await verify(replica, dir.path, "--json");
    assertForeseen(found, 65);
    const [{ issues }] = jsonOf<Verified>(found).venues;
    assert.deepEqual(issues.map(({ kind, path }) => [kind, path]), [["damaged partition", path]]);
    assert.deepEqual(treeOf(dir.path), damaged, "verify changes nothing");

    const bytes = contentOf(path);
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, proven ? 0 : 3);
    const [{ issues: left, repairs: [repair], trades }] = jsonOf<Verified>(run).venues;
    assert.deepEqual(left, []);
    assert.deepEqual([repair.kind, repair.path, repair.proven], ["rebuilt", path, proven]);
    assert.equal(dirname(String(repair.aside)), dirname(asideOf(path)));
    assert.match(basename(String(repair.aside)), /^trades\.parquet\.damaged-\d{8}T\d{6}Z$/);
    assert.equal(contentOf(String(repair.aside)), bytes);
    assert.equal(await assertStoresTruth(dir.path, replica), trades);
    assert.deepEqual(await ledgerLines(path), ledger);
    assert.deepEqual(namesBeside(path), [basename(path)]);

    assertForeseen(await verify(replica, dir.path), 0);
    const downloads = await downloadsDuring(
      replica,
      async () => assertForeseen(await fetchDetr(replica, dir.path), 0),
    );
    assert.deepEqual(downloads, []);
    assert.equal(contentOf(String(repair.aside)), bytes, "no later run takes it away");
  });
}

for (
  const what of [
    "flipped in its data",
    "flipped in its ledger",
    "cut within its footer",
    "cut to nothing",
    "replaced by a folder",
  ]
) {
  Deno.test(`a partition ${what} of which the raw files are gone is left as it is, exit 65`, async () => {
    using dir = temporaryDirectory();
    const path = await copyOfMorning(dir.path);
    Deno.removeSync(dir.of("data/de/xetra/raw"), { recursive: true });
    await DAMAGES[what].damage(path);
    const before = filesOf(dir.of("data"));
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, 65);
    const [{ issues, repairs }] = jsonOf<Verified>(run).venues;
    assert.deepEqual(issues.map(({ kind }) => kind), ["damaged partition"]);
    assert.deepEqual(repairs.map(({ kind, path }) => [kind, path]), [["left", path]]);
    assert.deepEqual(filesOf(dir.of("data")), before);
  });
}

for (const what of ["flipped in its schema", "flipped in its last byte"]) {
  Deno.test(`a partition ${what} gives all its trades and its ledger without any raw file`, async () => {
    await using replica = await startReplica({ days: [{ ...MORNING, trades: 70_000 }] });
    using dir = temporaryDirectory();
    const path = await stored(replica, dir.path);
    const ledger = await ledgerLines(path);
    Deno.removeSync(dir.of("data/de/xetra/raw"), { recursive: true });
    await DAMAGES[what].damage(path);
    assertForeseen(await verify(replica, dir.path, "--repair"), 0);
    assert.ok(await assertStoresTruth(dir.path, replica) >= 70_000);
    assert.deepEqual(await ledgerLines(path), ledger);
  });
}

Deno.test("a readable Parquet file of somebody else with more rows than can be rebuilt is not replaced", async () => {
  await using replica = await startReplica({ days: [MORNING], listed: { until: `${DATE}T08:05` } });
  using dir = temporaryDirectory();
  const path = await stored(replica, dir.path);
  using db = await duckdb();
  await db.rows(`COPY (SELECT range AS price FROM range(100000)) TO '${path}' (FORMAT parquet)`);
  const before = filesOf(dir.of("data"));
  const run = await verify(replica, dir.path, "--repair");
  assertForeseen(run, 65);
  assert.match(
    run.stdout,
    /LEFT .*trades\.parquet as it is: it had 100000 trades, and the raw files .* still give \d+/,
  );
  assert.deepEqual(filesOf(dir.of("data")), before);
});

for (const date of ["2026-08-31", DATE]) {
  for (const what of ["flipped in its data", "cut to nothing"]) {
    Deno.test(`${date} of two dates that one daily file fills, ${what}, is rebuilt from it`, async () => {
      const days: DaySpec[] = [
        { ...MORNING, venue: "DEUR", date: "2026-08-31", minutes: { from: 480, until: 510 } },
        { ...MORNING, venue: "DEUR", trades: 900, minutes: { from: -50, until: 30 }, opens: 60 },
      ];
      await using replica = await startReplica({ days, daily: true });
      using dir = temporaryDirectory();
      const deur = { apiUrl: replica.apiUrl, venue: "DEUR" };
      assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DEUR"])), 0);
      await DAMAGES[what].damage(partitionPath(dir.path, "DEUR", date));
      const code = what === "flipped in its data" ? 0 : 3;
      assertForeseen(await verify(deur, dir.path, "--repair"), code);
      assert.ok(await assertStoresTruth(dir.path, replica) > 1_000);
      assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path, ["DEUR"])), 0);
      await assertStoresTruth(dir.path, replica);
      assertForeseen(await verify(deur, dir.path), 0);
    });
  }
}

Deno.test("damaged raw files are set aside, and what they held goes on being stored", async () => {
  using dir = temporaryDirectory();
  const path = await copyOfMorning(dir.path);
  const raw = rawPath(dir.path, minuteFile(5));
  flip(raw, 30);
  const [bytes, partition] = [contentOf(raw), contentOf(path)];
  const run = await verify(replica, dir.path, "--repair");
  assertForeseen(run, 0);
  const [, aside] = /SET ASIDE \S+ as (\S+)/.exec(run.stdout)!;
  assert.equal(dirname(aside), dirname(asideOf(raw)));
  assert.equal(contentOf(aside), bytes);
  assert.throws(() => Deno.statSync(raw), Deno.errors.NotFound);
  assert.equal(contentOf(path), partition);
  assertForeseen(await verify(replica, dir.path), 0);
  const downloads = await downloadsDuring(replica, () => fetchDetr(replica, dir.path));
  assert.deepEqual(downloads, []);
});

Deno.test("a partition and one of its raw files, both damaged, are not repaired at the cost of a trade", async () => {
  using dir = temporaryDirectory();
  const path = await copyOfMorning(dir.path);
  flip(path, 500);
  flip(rawPath(dir.path, minuteFile(5)), 30);
  const before = contentOf(path);
  assertForeseen(await verify(replica, dir.path, "--repair"), 65);
  assert.equal(contentOf(path), before);
});

for (const [call, times] of [["linkat", 1], ["rename", 2]] as const) {
  Deno.test(`a repair that is killed at a ${call} loses nothing, and the next one ends it`, async () => {
    using dir = temporaryDirectory();
    const path = await copyOfMorning(dir.path);
    flip(path, 500);
    const damaged = contentOf(path);
    let killed = 0;
    for (let nth = 1; nth <= 12; nth++) {
      const under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${call}`, "-e"];
      const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
      const { code } = await runProgram(
        ["--wrk-dir", dir.path, "verify", "DETR", "--repair", "--api-url", replica.apiUrl],
        { under: [...under, inject] },
      );
      const kept = [path, ...filesBelow(dirname(asideOf(path)))].map(contentOf);
      assert.ok(kept.includes(damaged), "the damaged bytes stay");
      assert.deepEqual(namesBeside(path), ["trades.parquet"], "a reader finds one file at every moment");
      if (code === 0) break;
      killed++;
    }
    assert.ok(killed >= times && killed < 12, `${killed} kills`);
    assertForeseen(await verify(replica, dir.path, "--repair"), 0);
    await assertStoresTruth(dir.path, replica);
    assert.deepEqual(filesBelow(dir.path).filter((path) => path.includes("unfinished")), []);
  });
}

/** Copies what that fetch has stored into `dir`; the path of the partition there. */
async function copyOfMorning(dir: string): Promise<string> {
  await copyFolder(whole.path, dir);
  return partitionPath(dir, "DETR", DATE);
}

/** Fetches the replica's day; the path of its partition. */
async function stored(replica: Replica, dir: string): Promise<string> {
  await fetched(replica, dir);
  return partitionPath(dir, "DETR", DATE);
}

/** What a file holds, or a folder, as something to compare. */
function contentOf(path: string): string {
  if (Deno.statSync(path).isDirectory) return JSON.stringify([...Deno.readDirSync(path)]);
  return new TextDecoder("latin1").decode(Deno.readFileSync(path));
}

/** The files below a folder, with their content and times, without the folders. */
function filesOf(folder: string): string[] {
  return treeOf(folder).filter((line) => !line.endsWith(" "));
}

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(dirname(path))].map(({ name }) => name).sort();
}
