import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { twoMembers } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { assertBarsAgree } from "../derive/judge.ts";
import { DAMAGES } from "./damages.ts";
import { idleDaemon } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, jsonOf, treeOf } from "./evidence.ts";
import { asideOf, fetchArgs, partitionPath, rawPath, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertHoldsItsDays, consolidate, monthPath } from "./months.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";
import { flip, NOWHERE, type Verified, verify } from "./verified.ts";

const DATE = "2026-09-01";
const DETR: DaySpec = {
  venue: "DETR",
  date: DATE,
  trades: 700,
  minutes: { from: 480, until: 512 },
  untidiness: ODD,
};
const NEXT: DaySpec = { ...DETR, date: "2026-09-02" };

function repair(replica: Replica, ours: string, theirs: string, ...more: string[]): Promise<Run> {
  return verify(replica, ours, "--repair", "--from", theirs, ...more);
}

/** Fetches what is listed until some minute; by default all. */
async function collect(replica: Replica, dir: string, until: string | null = null): Promise<void> {
  replica.listed.until = until;
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir)), 0);
  replica.listed.until = null;
}

/** Takes away what `cleanup-raw` deletes in the end. */
function removeRaw(dir: string): void {
  Deno.removeSync(`${dir}/data/de/xetra/raw`, { recursive: true });
}

for (const [what, { damage, proven }] of Object.entries(DAMAGES)) {
  Deno.test(`a partition ${what}, without raw files, is mended from the other directory, which is not touched, and nothing is left to mend`, async () => {
    await using replica = await startReplica({ days: [DETR] });
    using ours = temporaryDirectory();
    using theirs = temporaryDirectory();
    await collect(replica, ours.path);
    await collect(replica, theirs.path);
    const path = partitionPath(ours.path, "DETR", DATE);
    const ledger = await ledgerLines(path);
    removeRaw(ours.path);
    await damage(path);
    const other = treeOf(theirs.path);
    const run = await repair(replica, ours.path, theirs.path, "--json");
    const [{ issues, repairs: [mended], trades }] = jsonOf<Verified>(run).venues;
    const isOurs = mended.other === null; // what is damaged is not its rows
    assertForeseen(run, proven || isOurs ? 0 : 3);
    assert.deepEqual([mended.kind, mended.path, mended.proven], ["rebuilt", path, proven]);
    assert.ok(issues.every(({ severity }) => severity === "warning"), JSON.stringify(issues));
    assert.equal(await assertStoresTruth(ours.path, replica), trades);
    assert.deepEqual((await ledgerLines(path)).filter((line) => !line.startsWith("salvaged~")), ledger);
    assert.equal(dirname(String(mended.aside)), dirname(asideOf(path)));
    assert.deepEqual(treeOf(theirs.path), other, "the other is not touched");
    const after = treeOf(ours.path);
    const again = await repair(replica, ours.path, theirs.path, "--json");
    assertForeseen(again, 0);
    assert.deepEqual(jsonOf<Verified>(again).venues[0].repairs, []);
    assert.deepEqual(treeOf(ours.path), after, "a second time nothing happens");
  });
}

Deno.test("a damaged partition of the other is named with 65, both stay as they are, and the other days are mended", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  for (const dir of [ours.path, theirs.path]) await collect(replica, dir);
  removeRaw(ours.path);
  const [path, their] = [ours.path, theirs.path].map((dir) => partitionPath(dir, "DETR", DATE));
  for (const file of [path, their, partitionPath(ours.path, "DETR", NEXT.date)]) flip(file, 1_000);
  const damaged = Deno.readFileSync(path);
  const other = treeOf(theirs.path);
  const run = await repair(replica, ours.path, theirs.path);
  assertForeseen(run, 65);
  assert.ok(run.stdout.includes(`${DATE}  LEFT ${path} as it is: ${their} is damaged as well (`), run.stdout);
  assert.match(
    run.stdout,
    /^2026-09-02 {2}REBUILT .* with [\d,]+ trades, with those of .*; the damaged file is /m,
  );
  assert.deepEqual(Deno.readFileSync(path), damaged);
  assert.deepEqual(treeOf(theirs.path), other);
});

Deno.test("what the other lacks and no raw file of ours has is said, 3, and the damaged file stays aside", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path);
  await collect(replica, theirs.path, `${DATE}T08:30`);
  removeRaw(ours.path);
  const path = partitionPath(ours.path, "DETR", DATE);
  flip(path, 1_000);
  const damaged = Deno.readFileSync(path);
  const run = await repair(replica, ours.path, theirs.path);
  assertForeseen(run, 3);
  const [, aside, unproved] = /; the damaged file is (\S+); (.*)$/m.exec(run.stdout)!;
  assert.equal(unproved, "2 files not proved to be whole: 08_30, 08_31");
  assert.deepEqual(Deno.readFileSync(aside), damaged);
  await collect(replica, ours.path);
  await assertStoresTruth(ours.path, replica);
  assertForeseen(await verify(replica, ours.path), 0);
});

Deno.test("other bytes of a file there are named, with 3, and the trades of both are stored", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  const name = `DETR-posttrade-${DATE}T08_05.json.gz`;
  await collect(replica, ours.path);
  replica.inject("storage", twoMembers(), { name });
  await collect(replica, theirs.path);
  const raw = rawPath(ours.path, name);
  for (const path of filesBelow(dirname(raw)).filter((path) => path !== raw)) Deno.removeSync(path);
  flip(partitionPath(ours.path, "DETR", DATE), 1_000);
  const run = await repair(replica, ours.path, theirs.path);
  assertForeseen(run, 3);
  assert.match(run.stdout, /; 1 file with other bytes there, both are stored: 08_05$/m);
  await assertStoresTruth(ours.path, replica);
  assertForeseen(await verify(replica, ours.path), 0);
});

Deno.test("a mended day makes its month and its bars stale, and both are made anew", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, `${DATE}T08:10`);
  await collect(replica, theirs.path);
  const program = (...args: string[]) => runInOneProcess(["--wrk-dir", ours.path, ...args]);
  const makeAll = async () => {
    assertForeseen(await consolidate(ours.path, "--month", "2026-09", "--yes"), 0);
    assertForeseen(await program("bars", "DETR", "--all"), 0);
  };
  await makeAll();
  await collect(replica, ours.path, `${DATE}T08:20`); // what the month has is not all
  removeRaw(ours.path);
  flip(partitionPath(ours.path, "DETR", DATE), 1_000);
  const run = await repair(replica, ours.path, theirs.path);
  assertForeseen(run, 0);
  assert.match(run.stdout, /WARNING .*trades_monthly.*: 1 day changed since it was made/);
  await makeAll();
  await assertHoldsItsDays(ours.path, "2026-09");
  await assertBarsAgree(ours.path, "bars_1m");
  await assertBarsAgree(ours.path, "bars_1d");
});

Deno.test("a damaged month file of which a day is gone gets the day from the other, and is made anew", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  for (const dir of [ours.path, theirs.path]) await collect(replica, dir);
  assertForeseen(await consolidate(ours.path, "--month", "2026-09", "--yes"), 0);
  removeRaw(ours.path);
  const path = monthPath(ours.path, "2026-09");
  Deno.removeSync(partitionPath(ours.path, "DETR", NEXT.date));
  flip(path, 1_000);
  assertForeseen(await verify(replica, ours.path, "--repair"), 65);
  const run = await repair(replica, ours.path, theirs.path);
  assertForeseen(run, 0);
  assert.match(run.stdout, /^2026-09 {2}REBUILT .*trades_monthly/m);
  await assertHoldsItsDays(ours.path, "2026-09");
  await assertStoresTruth(ours.path, replica);
});

Deno.test("a repair from another works beside idle daemons on either side", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await using _ours = await idleDaemon(replica, ours.path);
  await using _theirs = await idleDaemon(replica, theirs.path);
  removeRaw(ours.path);
  Deno.removeSync(monthPath(ours.path, "2026-09")); // the daemon has made it, and it would be enough
  flip(partitionPath(ours.path, "DETR", DATE), 1_000);
  assert.match((await repair(replica, ours.path, theirs.path)).stdout, /REBUILT .*, with those of /);
  await assertStoresTruth(ours.path, replica);
  assert.deepEqual(filesBelow(ours.path).filter((path) => path.includes("unfinished")), []);
});

Deno.test("--from needs --repair, and a working directory other than its own: 64", async () => {
  using ours = temporaryDirectory();
  Deno.mkdirSync(ours.of("data/de/xetra/trades"), { recursive: true });
  const cases: [args: string[], message: RegExp][] = [
    [["--from", ours.path], /--from goes with --repair/],
    [["--repair", "--from", ours.of("nowhere")], /has no data\/de\/xetra\/trades/],
    [["--repair", "--quotes", "--from", ours.of("data/..")], /has no data\/de\/xetra\/quotes/],
    [["--repair", "--from", ours.of("data/..")], /is the working directory itself/],
  ];
  for (const [args, message] of cases) {
    const run = await verify({ apiUrl: NOWHERE }, ours.path, ...args);
    assert.equal(run.code, 64);
    assert.match(run.stderr, message);
  }
});
