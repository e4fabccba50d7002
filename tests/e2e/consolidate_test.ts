import assert from "node:assert/strict";
import { busy } from "../busy.ts";
import { assertForeseen, jsonOf, logOf, onlyErrorOf, treeOf } from "./evidence.ts";
import { caught } from "./caught.ts";
import { filesBelow } from "./disk.ts";
import { asideOf, duckdb, partitionPath, type Run, startProgram, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertHoldsItsDays, consolidate, hasUnfinished, manyIsins, storeDay } from "./months.ts";

/** All trading days of September 2026. */
const DAYS = Array.from({ length: 30 }, (_, i) => `2026-09-${String(i + 1).padStart(2, "0")}`)
  .filter((date) => ![0, 6].includes(new Date(date).getUTCDay()));
const MONTHLY = "data/de/xetra/trades_monthly";
const FILE = `${MONTHLY}/venue=DETR/year=2026/month=09/trades.parquet`;

Deno.test("a month file holds what its days hold, sorted by isin and time, as DuckDB reads both", async () => {
  using dir = await september();
  const run = await consolidateSeptember(dir.path);
  assertForeseen(run, 0);
  assert.deepEqual(logOf(run), [
    "INFO Consolidating 2026-09 of DETR from 22 days",
    "INFO Consolidated 2026-09 of DETR: 880 trades of 22 days",
  ]);
  assert.match(run.stdout, /^DETR: month files\nmonth +days +trades\n2026-09 +22 +880 +consolidated\n$/);
  assert.equal(await assertHoldsItsDays(dir.path, "2026-09"), 880);
  assert.equal(Deno.statSync(dir.of(FILE)).mode! & 0o777, 0o640 & ~Deno.umask());
});

Deno.test("a second consolidation writes nothing; a day that has grown is taken in by the next", async () => {
  using dir = await september();
  assertForeseen(await consolidateSeptember(dir.path), 0);
  const before = treeOf(dir.of(MONTHLY));
  const again = await consolidateSeptember(dir.path);
  assertForeseen(again, 0);
  assert.deepEqual(logOf(again), ["INFO DETR 2026-09 is already consolidated: no day has changed"]);
  assert.deepEqual(treeOf(dir.of(MONTHLY)), before);

  await storeDay(dir.path, "2026-09-30", ["LU0000000009"]);
  const grown = jsonOf<Document>(await consolidateSeptember(dir.path, "--json"));
  const [{ months: [month], exitCode }] = grown.venues;
  assert.deepEqual([exitCode, month.kind, month.stored!.rows], [0, "consolidated", 900]);
  assert.deepEqual(month.stored!.days.map(({ date, rows }) => [date, rows]), [
    ...DAYS.slice(0, -1).map((date) => [date, 40]),
    ["2026-09-30", 60],
  ]);
  assert.deepEqual(month.lacks, { ended: true, missing: [], awaited: 0 });
});

Deno.test("a month that lacks days is made with --yes only; without it the missing days are named, and 64", async () => {
  using dir = temporaryDirectory();
  await storeDay(dir.path, "2026-09-01");
  const refused = await consolidateSeptember(dir.path);
  const message = onlyErrorOf(refused, 64);
  assert.match(
    message,
    /^DETR 2026-09 is not consolidated: nothing is stored of 2026-09-02, 2026-09-03, 2026-09-04, /,
  );
  assert.ok(!message.includes("2026-09-05"), "a Saturday");
  assert.match(message, /\. With --yes it is made from the 1 day with 40 trades$/);
  assert.equal(filesBelow(dir.of(MONTHLY)).length, 0);

  const made = await consolidateSeptember(dir.path, "--yes");
  assertForeseen(made, 0);
  assert.match(logOf(made).at(-1)!, /^WARNING DETR 2026-09 is not whole: nothing is stored of 2026-09-02/);
  assert.deepEqual(filesBelow(dir.of(MONTHLY)), [dir.of(FILE)]);
});

Deno.test("a month that is not over is made with --yes only, and --all leaves it out", async () => {
  using dir = temporaryDirectory();
  const today = new Date().toISOString().slice(0, 10);
  await storeDay(dir.path, today);
  const month = today.slice(0, 7);
  assert.match(
    onlyErrorOf(
      await runInOneProcess(["--wrk-dir", dir.path, "consolidate-month", "DETR", "--month", month]),
      64,
    ),
    /is not consolidated: it is not over yet/,
  );
  const all = await runInOneProcess(["--wrk-dir", dir.path, "consolidate-month", "DETR", "--all"]);
  assertForeseen(all, 3);
  assert.deepEqual(logOf(all), ["WARNING DETR: no month that has ended is stored"]);
  assertForeseen(
    await runInOneProcess(["--wrk-dir", dir.path, "consolidate-month", "DETR", "--all", "--yes"]),
    0,
  );
  assert.equal(filesBelow(dir.of(MONTHLY)).length, 1);
});

Deno.test("a damaged day, a damaged month and a month that would shrink are refused with 65, named, and left", async () => {
  using dir = await september();
  assertForeseen(await consolidateSeptember(dir.path), 0);
  const day = partitionPath(dir.path, "DETR", "2026-09-10");
  const whole = Deno.readFileSync(day);
  const before = treeOf(dir.of(MONTHLY));

  await storeDay(dir.path, "2026-09-30", ["LU0000000009"]);
  Deno.writeFileSync(day, whole.with(500, whole[500] ^ 1));
  assert.ok(onlyErrorOf(await consolidateSeptember(dir.path), 65).includes(`${day} is damaged`));
  Deno.removeSync(day);
  const shrinking = onlyErrorOf(await consolidateSeptember(dir.path, "--yes"), 65);
  assert.ok(shrinking.includes(dir.of(FILE)), shrinking);
  assert.match(shrinking, /2026-09-10 had 40 rows and has no file/);
  assert.deepEqual(treeOf(dir.of(MONTHLY)), before);

  Deno.writeFileSync(day, whole);
  Deno.truncateSync(dir.of(FILE), 1000);
  const truncated = treeOf(dir.of(MONTHLY));
  assert.ok(onlyErrorOf(await consolidateSeptember(dir.path), 65).includes(`${dir.of(FILE)} is damaged`));
  assert.deepEqual(treeOf(dir.of(MONTHLY)), truncated);
  Deno.removeSync(dir.of(FILE));
  assertForeseen(await consolidateSeptember(dir.path), 0);
});

Deno.test("while another process writes, consolidation waits; several venues are all tried", async () => {
  using dir = await september();
  assertForeseen(await consolidateSeptember(dir.path), 0);
  const path = dir.of(".xetra-parqed/write-DETR.lock");
  using lock = Deno.openSync(path, { read: true, write: true });
  assert.ok(lock.tryLockSync(true));
  const args = ["--wrk-dir", dir.path, "consolidate-month", "DFRA", "DETR", "--month", "2026-09"];
  await using program = startProgram(args);
  await program.said(/DFRA 2026-09: no day is stored/);
  lock.unlockSync();
  const run = await program.ended;
  assertForeseen(run, 3);
  assert.ok(logOf(run).includes("INFO DETR 2026-09 is already consolidated: no day has changed"), run.stderr);
});

for (const [signal, code] of [["SIGTERM", 143], ["SIGKILL", 137]] as const) {
  Deno.test(`${signal} in the middle leaves the old month, and the next run makes the new one`, async () => {
    using dir = await september();
    assertForeseen(await consolidateSeptember(dir.path), 0);
    let before = Deno.statSync(dir.of(FILE));
    const old = Deno.readFileSync(dir.of(FILE));
    for (const date of DAYS.slice(0, 3)) await storeDay(dir.path, date, manyIsins(2_000));
    await using program = await caught({
      what: "the month being written",
      start: () => startProgram(["--wrk-dir", dir.path, "consolidate-month", "DETR", "--month", "2026-09"]),
      seen: () => hasUnfinished(asideOf(dir.of(MONTHLY))),
      isOver: () => Deno.statSync(dir.of(FILE)).size !== before.size,
      undo: () => {
        Deno.writeFileSync(dir.of(FILE), old);
        before = Deno.statSync(dir.of(FILE));
      },
    });
    const sent = performance.now();
    program.child.kill(signal);
    if (signal === "SIGTERM") program.child.kill("SIGCONT");
    const run = await program.ended;
    const millis = performance.now() - sent;
    console.log(`ended ${Math.round(millis)} ms after ${signal}`);
    assert.ok(millis < busy() * 4_000);
    assert.equal(run.code, code, run.stderr);
    const after = Deno.statSync(dir.of(FILE));
    assert.deepEqual([after.ino, after.mtime, after.size], [before.ino, before.mtime, before.size]);
    if (signal === "SIGTERM") assert.deepEqual(filesBelow(dir.of(MONTHLY)), [dir.of(FILE)]);
    assertForeseen(await consolidateSeptember(dir.path), 0);
    assert.deepEqual(filesBelow(dir.of(MONTHLY)), [dir.of(FILE)]);
    using db = await duckdb();
    assert.equal(await db.value(`SELECT count(*)::INT FROM '${dir.of(FILE)}'`), 880 + 3 * 2_000 * 20);
  });
}

/** The JSON document, as far as the tests look at it. */
interface Document {
  readonly venues: readonly {
    readonly exitCode: number;
    readonly months: readonly {
      readonly kind: string;
      readonly lacks: unknown;
      readonly stored: { rows: number; days: { date: string; rows: number }[] } | null;
    }[];
  }[];
}

function consolidateSeptember(dir: string, ...more: string[]): Promise<Run> {
  return consolidate(dir, "--month", "2026-09", ...more);
}

/** A working directory with all trading days of a month, of 40 trades each. */
async function september() {
  const dir = temporaryDirectory();
  for (const date of DAYS) await storeDay(dir.path, date);
  return dir;
}
