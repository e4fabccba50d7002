import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { UNTIDY } from "../../scripts/replica/untidy.ts";
import { DAMAGES, flipAt } from "./damages.ts";
import { assertForeseen, jsonOf, treeOf } from "./evidence.ts";
import { asideOf, duckdb, fetchArgs, partitionPath, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertHoldsItsDays, consolidate, monthPath } from "./months.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";
import { flip, type Verified, verify } from "./verified.ts";

const MONTH = "2026-09";
const DATES = ["2026-09-01", "2026-09-02"];
const DAY: DaySpec = {
  venue: "DETR",
  date: DATES[0],
  trades: 600,
  minutes: { from: 480, until: 490 },
  untidiness: UNTIDY,
};
const DAYS: DaySpec[] = DATES.map((date) => ({ ...DAY, date }));

const MONTH_DAMAGES = {
  "flipped in its list of days": (path: string) => flipAt(path, "xetra-parqed.days", 40),
  ...Object.fromEntries(
    [
      "flipped in its data",
      "flipped in its schema",
      "cut to its half",
      "cut to nothing",
      "replaced by another program's Parquet",
      "replaced by a folder",
    ].map((what) => [what, DAMAGES[what].damage]),
  ),
};

Deno.test("a month file with the trades of its days is intact, counted, and left alone", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  await consolidated(replica, dir.path);
  const before = treeOf(dir.path);
  const run = await verify(replica, dir.path);
  assertForeseen(run, 0);
  assert.match(
    run.stdout,
    /^DETR: read back 2 partitions .*, 1 month file: 0 damaged, 0 incomplete, 0 warnings\n$/,
  );
  assert.deepEqual(treeOf(dir.path), before);
  const monthFiles = async (...more: string[]) =>
    jsonOf<Verified & { venues: { monthFiles: number }[] }>(
      await verify(replica, dir.path, "--json", ...more),
    )
      .venues[0].monthFiles;
  assert.equal(await monthFiles("--month", MONTH), 1);
  assert.equal(await monthFiles("--month", "2026-08"), 0);
  assert.equal(await monthFiles("--date", DATES[0]), 0, "a month is not read for one of its days");
});

for (const [what, damage] of Object.entries(MONTH_DAMAGES)) {
  Deno.test(`a month file ${what} is found, kept under another name, and made again from its days`, async () => {
    await using replica = await startReplica({ days: DAYS });
    using dir = temporaryDirectory();
    const path = await consolidated(replica, dir.path);
    await damage(path);
    const damaged = treeOf(dir.path);
    const found = await verify(replica, dir.path, "--json");
    assertForeseen(found, 65);
    assert.deepEqual(issuesOf(found).map(({ kind, path }) => [kind, path]), [["damaged month", path]]);
    assert.deepEqual(treeOf(dir.path), damaged, "verify changes nothing");

    const bytes = contentOf(path);
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, 0);
    const [{ issues, repairs: [repair] }] = jsonOf<Verified>(run).venues;
    const rows = await assertHoldsItsDays(dir.path, MONTH);
    assert.deepEqual([issues, repair.kind, repair.path, repair.rows], [[], "rebuilt", path, rows]);
    assert.equal(dirname(String(repair.aside)), dirname(asideOf(path)));
    assert.match(basename(String(repair.aside)), /^trades\.parquet\.damaged-\d{8}T\d{6}Z$/);
    assert.equal(contentOf(String(repair.aside)), bytes);
    assert.deepEqual(namesBeside(path), [basename(path)]);
    assertForeseen(await verify(replica, dir.path), 0);
    assert.equal(await assertStoresTruth(dir.path, replica), rows, "readers of the days see the days only");
  });
}

Deno.test("a month whose days have changed since is a warning, which names consolidate-month as the remedy", async () => {
  await using replica = await startReplica({ days: DAYS.slice(0, 1) });
  using dir = temporaryDirectory();
  const path = await consolidated(replica, dir.path);
  await using later = await startReplica({ days: DAYS });
  assertForeseen(await runInOneProcess(fetchArgs(later, dir.path)), 0);
  const run = await verify(later, dir.path, "--repair");
  assertForeseen(run, 0);
  assert.equal(
    run.stdout.split("\n")[0],
    `${MONTH}  WARNING ${path}: 1 day changed since it was made, 2026-09-02 first; ` +
      "xetra-parqed consolidate-month DETR --month 2026-09 rebuilds it",
  );
  assertForeseen(await consolidate(dir.path, "--month", MONTH, "--yes"), 0);
  assertForeseen(await verify(later, dir.path), 0);
  assert.equal(await assertHoldsItsDays(dir.path, MONTH), await assertStoresTruth(dir.path, later));
});

Deno.test("a day that is missing, or has fewer trades than its month, is reported as incomplete, exit 3", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  const path = await consolidated(replica, dir.path);
  Deno.removeSync(partitionPath(dir.path, "DETR", DATES[1]));
  const run = await verify(replica, dir.path, "--json");
  assertForeseen(run, 3);
  const issues = issuesOf(run).filter(({ date }) => date === MONTH);
  assert.deepEqual(issues.map(({ kind, severity, path }) => [kind, severity, path]), [
    ["shrunk days", "incomplete", path],
  ]);
  assert.match(
    issues[0].what,
    /^it holds more than its days do now: 2026-09-02 had \d+ rows and has no file$/,
  );
});

Deno.test("another program's month file with more trades than the days have is not replaced", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  const path = await consolidated(replica, dir.path);
  using db = await duckdb();
  await db.rows(`COPY (SELECT range AS price FROM range(100000)) TO '${path}' (FORMAT parquet)`);
  const before = contentOf(path);
  const run = await verify(replica, dir.path, "--repair", "--json");
  assertForeseen(run, 65);
  const [{ repairs: [left] }] = jsonOf<Verified>(run).venues;
  assert.match(
    String(left.reason),
    /^its days hold less than it did: it has 100000 rows, and would have \d+$/,
  );
  assert.equal(contentOf(path), before);
  assert.deepEqual(namesBeside(path), [basename(path)]);
});

Deno.test("a damaged month file is left where it is when one of its days is missing or cannot be repaired, exit 65", async () => {
  await using replica = await startReplica({ days: DAYS });
  using dir = temporaryDirectory();
  const path = await consolidated(replica, dir.path);
  flip(path, 500);
  removeRaw(dir.path);
  const day = partitionPath(dir.path, "DETR", DATES[1]);
  const whole = Deno.readFileSync(day);
  for (
    const [harm, reason] of [
      [() => flip(day, 500), `${day} is damaged as well (its bytes do not match their digest)`],
      [
        () => Deno.removeSync(day),
        /^its days hold less than it did: 2026-09-02 had \d+ rows and has no file$/,
      ],
    ] as const
  ) {
    harm();
    const before = treeOf(dir.of("data"));
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, 65);
    const left = jsonOf<Verified>(run).venues[0].repairs.find(({ date }) => date === MONTH)!;
    assert.deepEqual([left.kind, left.path], ["left", path]);
    if (typeof reason === "string") assert.equal(left.reason, reason);
    else assert.match(String(left.reason), reason);
    assert.deepEqual(dataOf(treeOf(dir.of("data"))), dataOf(before));
  }
  Deno.writeFileSync(day, whole);
  assertForeseen(await verify(replica, dir.path, "--repair"), 0);
  await assertHoldsItsDays(dir.path, MONTH);
});

for (const what of ["flipped in its data", "flipped in its schema"]) {
  Deno.test(`a day ${what} whose raw files are deleted is made again from its month`, async () => {
    await using replica = await startReplica({ days: DAYS });
    using dir = temporaryDirectory();
    await consolidated(replica, dir.path);
    const day = partitionPath(dir.path, "DETR", DATES[0]);
    const ledger = await ledgerLines(day);
    removeRaw(dir.path);
    await DAMAGES[what].damage(day);
    flip(day, 500);
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, 0);
    assert.deepEqual(issuesOf(run), []);
    await assertStoresTruth(dir.path, replica);
    assert.deepEqual(await ledgerLines(day), ledger);
    await assertHoldsItsDays(dir.path, MONTH);
  });
}

Deno.test("a day is not made from a month that is damaged too, or that was made before the day was complete", async () => {
  await using replica = await startReplica({ days: DAYS });
  await using earlier = await startReplica({ days: DAYS, listed: { until: `${DATES[1]}T08:05` } });
  for (const isStale of [false, true]) {
    using dir = temporaryDirectory();
    const path = await consolidated(isStale ? earlier : replica, dir.path);
    assertForeseen(await runInOneProcess(fetchArgs(replica, dir.path)), 0);
    removeRaw(dir.path);
    const day = partitionPath(dir.path, "DETR", DATES[1]);
    flip(day, 500);
    if (!isStale) flip(path, 500);
    const before = contentOf(day);
    const run = await verify(replica, dir.path, "--repair", "--json");
    assertForeseen(run, 65);
    const left = jsonOf<Verified>(run).venues[0].repairs.find(({ path }) => path === day)!;
    assert.equal(left.kind, "left");
    assert.match(String(left.reason), /^it had \d+ trades, and .* and the month file still give \d+$/);
    assert.equal(contentOf(day), before);
  }
});

/** Fetches the replica's days and makes their month; the path of its file. */
async function consolidated(replica: Replica, dir: string): Promise<string> {
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 0);
  assertForeseen(await consolidate(dir, "--month", MONTH, "--yes"), 0);
  return monthPath(dir, MONTH);
}

function issuesOf(run: Parameters<typeof jsonOf>[0]): Verified["venues"][number]["issues"] {
  return jsonOf<Verified>(run).venues[0].issues;
}

/** Deletes the raw files, as a cleanup does after a week. */
function removeRaw(dir: string): void {
  Deno.removeSync(`${dir}/data/de/xetra/raw`, { recursive: true });
}

/** The files of a tree, without its folders, whose times change with what is made beside them. */
function dataOf(tree: readonly string[]): string[] {
  return tree.filter((line) => !line.endsWith(" "));
}

/** The content of a file or a folder, as something to compare. */
function contentOf(path: string): string {
  if (Deno.statSync(path).isDirectory) return JSON.stringify([...Deno.readDirSync(path)]);
  return new TextDecoder("latin1").decode(Deno.readFileSync(path));
}

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(dirname(path))].map(({ name }) => name).sort();
}
