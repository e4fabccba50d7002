import assert from "node:assert/strict";
import { assertSameRows, asStored } from "../derive/lake/stored_lake.ts";
import { caught } from "./caught.ts";
import { filesBelow, isThere } from "./disk.ts";
import { assertForeseen, awaited, jsonOf, logOf, looksAt, onlyErrorOf, treeOf } from "./evidence.ts";
import { duckdb, partitionPath, type Run, startProgram, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { hasUnfinished, manyIsins, storeDay } from "./months.ts";
import { flip } from "./verified.ts";

const FILE = "trades/venue=DETR/year=2026/month=09/trades.parquet";

interface Document {
  readonly venues: readonly {
    readonly venue: string;
    readonly exports: readonly { readonly period: string; readonly kind: string; readonly rows: number }[];
  }[];
}

/** A working directory in which days of three months are stored, and no lake yet. */
async function threeMonths() {
  const dir = temporaryDirectory();
  for (const date of ["2026-07-31", "2026-08-31", "2026-09-01", "2026-09-02"]) await storeDay(dir.path, date);
  return dir;
}

function exportTo(dir: string, lake: string, ...more: readonly string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", dir, "export", "DETR", "--to", lake, ...more]);
}

/** `2026-09 written 80`, for each month. */
async function kindsOf(run: Promise<Run>, code = 0): Promise<string[]> {
  const ended = await run;
  assertForeseen(ended, code);
  const [{ exports }] = jsonOf<Document>(ended).venues;
  return exports.map(({ period, kind, rows }) => `${period} ${kind} ${rows}`);
}

Deno.test("export writes the last two months into a lake, with --all every one, each trade to the nanosecond", async () => {
  using dir = await threeMonths();
  const run = await exportTo(dir.path, dir.of("lake"));
  assertForeseen(run, 0);
  assert.match(
    run.stdout,
    /^DETR: exported\nperiod +what +rows\n2026-08 +trades +40 +written\n2026-09 +trades +80 +written\n$/,
  );
  assert.deepEqual(await kindsOf(exportTo(dir.path, dir.of("lake"), "--all", "--json")), [
    "2026-07 written 40",
    "2026-08 unchanged 40",
    "2026-09 unchanged 80",
  ]);
  const read = (files: string) => `read_parquet('${dir.path}/${files}', hive_partitioning = true)`;
  const stored = `SELECT * EXCLUDE (day) FROM ${read("data/de/xetra/trades/*/*/*/*/*.parquet")}`;
  using database = await duckdb();
  await assertSameRows(database, asStored(read("lake/trades/*/*/*/*.parquet")), stored);
  assert.equal(Deno.statSync(dir.of("lake", FILE)).mode! & 0o777, 0o640 & ~Deno.umask());
});

Deno.test("only months whose days have changed are written again, and files that are damaged", async () => {
  using dir = await threeMonths();
  const again = () => kindsOf(exportTo(dir.path, dir.of("lake"), "--json"));
  await again();
  const before = treeOf(dir.of("lake"));
  assert.deepEqual(await again(), ["2026-08 unchanged 40", "2026-09 unchanged 80"]);
  assert.deepEqual(treeOf(dir.of("lake")), before);
  await storeDay(dir.path, "2026-09-03");
  assert.deepEqual(await again(), ["2026-08 unchanged 40", "2026-09 written 120"]);
  flip(dir.of("lake", FILE), -500);
  assert.deepEqual(await again(), ["2026-08 unchanged 40", "2026-09 written 120"]);
  Deno.truncateSync(dir.of("lake", FILE), 1000);
  assert.deepEqual(await again(), ["2026-08 unchanged 40", "2026-09 written 120"]);
});

Deno.test("a damaged day, and a month that would lose trades, are refused with 65, and the others exported", async () => {
  using dir = await threeMonths();
  await kindsOf(exportTo(dir.path, dir.of("lake"), "--month", "2026-09", "--json"));
  const day = partitionPath(dir.path, "DETR", "2026-09-01");
  const whole = Deno.readFileSync(day);
  await storeDay(dir.path, "2026-09-02", ["LU0000000009"]);
  const before = treeOf(dir.of("lake"));
  Deno.writeFileSync(day, whole.with(500, whole[500] ^ 1));
  const damaged = onlyErrorOf(await exportTo(dir.path, dir.of("lake"), "--month", "2026-09"), 65);
  assert.ok(damaged.includes(`${day} is damaged`), damaged);
  Deno.removeSync(day);
  const shrinking = onlyErrorOf(await exportTo(dir.path, dir.of("lake"), "--month", "2026-09"), 65);
  assert.match(shrinking, /2026-09-01 had 40 rows and has no file/);
  assert.deepEqual(treeOf(dir.of("lake")), before);
  const all = await exportTo(dir.path, dir.of("lake"), "--all");
  assert.match(onlyErrorOf(all, 65), /^DETR 2026-09: trades not exported/);
  assert.match(all.stdout, /2026-07 +trades +40 +written\n2026-08 +trades +40 +written\n$/);
});

Deno.test("another program's file in place of a month is left alone, exit 65; a folder among the data is refused, exit 64", async () => {
  using dir = await threeMonths();
  Deno.mkdirSync(dir.of("lake/trades/venue=DETR/year=2026/month=09"), { recursive: true });
  using database = await duckdb();
  await database.rows(`COPY (SELECT 1 AS one) TO '${dir.of("lake", FILE)}'`);
  const before = Deno.readFileSync(dir.of("lake", FILE));
  const foreign = onlyErrorOf(await exportTo(dir.path, dir.of("lake"), "--month", "2026-09"), 65);
  assert.match(foreign, /not written by this program.*move it away, or export to another folder/);
  assert.deepEqual(Deno.readFileSync(dir.of("lake", FILE)), before);

  Deno.symlinkSync(dir.of("data/de"), dir.of("link"));
  for (const among of ["data/de/xetra", "data/de/xetra/new/lake", "link/xetra/trades"]) {
    const run = await exportTo(dir.path, dir.of(among));
    assert.equal(run.code, 64, run.stderr);
    assert.match(run.stderr, /lies among the stored data.*choose another folder/);
  }
  assert.deepEqual(filesBelow(dir.of("data")).filter((path) => path.includes("lake")), []);
});

Deno.test("nothing is made for a month without stored data, exit 3; unknown names of --what are refused, exit 64", async () => {
  using dir = await threeMonths();
  const none = await exportTo(dir.path, dir.of("lake"), "--month", "2025-01");
  assertForeseen(none, 3);
  assert.deepEqual(logOf(none), [
    "WARNING DETR 2025-01: trades not exported: nothing is stored for that month",
  ]);
  const nobody = await runInOneProcess(["--wrk-dir", dir.path, "export", "DFRA", "--to", dir.of("lake")]);
  assertForeseen(nobody, 3);
  assert.deepEqual(filesBelow(dir.of("lake")).filter((path) => path.endsWith(".parquet")), []);
  const unknown = await exportTo(dir.path, dir.of("lake"), "--what", "trades,ticks");
  assert.equal(unknown.code, 64);
  assert.match(unknown.stderr, /There are trades, bars, closes, quotes; "ticks" is none of them/);
});

Deno.test("where the lake cannot be written, the message names the place, and --to as what chooses another", async () => {
  using dir = await threeMonths();
  const refused = await exportTo(dir.path, "/sys/lake"); // nobody can make a folder there
  assertForeseen(refused, 73);
  assert.match(logOf(refused).join("\n"), /^ERROR DETR: cannot write \/sys\/lake\S*: .*choose another --to$/);
});

Deno.test("an export waits for another one into the same lake, but not for a process that writes the venue's data", async () => {
  using dir = await threeMonths();
  await kindsOf(exportTo(dir.path, dir.of("lake"), "--json"));
  await storeDay(dir.path, "2026-09-03");
  Deno.mkdirSync(dir.of(".xetra-parqed"));
  using data = Deno.openSync(dir.of(".xetra-parqed/write-DETR.lock"), { write: true, create: true });
  assert.ok(data.tryLockSync(true));
  using lock = Deno.openSync(dir.of("lake/.export-DETR-trades.lock"), { write: true });
  assert.ok(lock.tryLockSync(true));
  const unchanged = treeOf(dir.of("lake"));
  using looks = looksAt(dir.of("lake/.export-DETR-trades.lock"));
  await using waiting = startProgram([
    "--wrk-dir",
    dir.path,
    "export",
    "DETR",
    "--to",
    dir.of("lake"),
    "--json",
  ]);
  await awaited("tries to take the lock", () => looks.count > 3);
  assert.deepEqual(treeOf(dir.of("lake")), unchanged);
  lock.unlockSync();
  assert.deepEqual(await kindsOf(waiting.ended), ["2026-08 unchanged 40", "2026-09 written 120"]);
});

Deno.test("SIGTERM ends an export with 143; nothing has changed, and the next one finishes", async () => {
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-09-01", manyIsins(8_000));
  await using program = await caught({
    what: "a file being written into the lake",
    start: () => startProgram(["--wrk-dir", dir.path, "export", "DETR", "--to", dir.of("lake")]),
    seen: () => hasUnfinished(dir.of("lake")),
    isOver: () => isThere(dir.of("lake", FILE)),
    undo: () => Deno.removeSync(dir.of("lake"), { recursive: true }),
  });
  program.child.kill("SIGTERM");
  program.child.kill("SIGCONT");
  assertForeseen(await program.ended, 143);
  assert.deepEqual(filesBelow(dir.of("lake")), [dir.of("lake/.export-DETR-trades.lock")]);
  assert.deepEqual(await kindsOf(exportTo(dir.path, dir.of("lake"), "--json")), ["2026-09 written 160000"]);
});
