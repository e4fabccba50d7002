import assert from "node:assert/strict";
import { join } from "node:path";
import { Random } from "../../scripts/replica/random.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { DAY } from "../e2e/daemon_program.ts";
import { assertForeseen, logOf, onlyErrorOf, PATIENCE_MILLIS } from "../e2e/evidence.ts";
import { duckdb, fetchArgs, type Run, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { runInOneProcess } from "../e2e/one_process.ts";
import { assertStoresTruth, storedTable } from "../e2e/truth.ts";
import { type Verified, verify } from "../e2e/verified.ts";
import { copyFolder } from "./copied_folder.ts";
import { DAMAGES } from "./disk_damage.ts";
import { everyRound } from "./extent.ts";
import { consolidateArgs, homeArgs, KINDS, storedHome } from "./stored_home.ts";

/** How often each kind of damage happens to each file in a full run. */
const SEEDS = 3;
const FOLDER = "replaced by a folder";

type Kind = keyof typeof KINDS;

/** A damaged file in a copy of a working directory. */
interface Damaged {
  readonly dir: string;
  readonly path: string;
  readonly replica: Replica;
}

/** What must follow; then the next fetch must end with 0 and the truth. */
const FOLLOWS: Readonly<Record<Kind, (damaged: Damaged, what: string) => Promise<void>>> = {
  async partition({ dir, path, replica }) {
    const before = contentOf(path);
    const error = onlyErrorOf(await fetch(replica, dir), 65);
    assert.ok(error.startsWith(`${path} is damaged`), error);
    assert.equal(contentOf(path), before, "it is left as it is");
    await assertRepaired({ dir, path, replica });
  },
  async raw({ dir, path, replica }) {
    assertQuiet(await fetch(replica, dir));
    await assertStoresTruth(dir, replica);
    await assertRepaired({ dir, path, replica });
  },
  async month({ dir, path, replica }) {
    const before = contentOf(path);
    assertQuiet(await fetch(replica, dir));
    assert.equal(contentOf(path), before);
    const run = await runInOneProcess(consolidateArgs(dir));
    if (run.code !== 0) {
      assert.ok(onlyErrorOf(run, 65).includes(`${path} is damaged`), run.stderr);
      assert.equal(contentOf(path), before, "it is left as it is");
      Deno.renameSync(path, `${dir}/damaged`);
      assertForeseen(await runInOneProcess(consolidateArgs(dir)), 0);
    }
    await assertHoldsItsDays(path, dir);
  },
  async record({ dir, replica }) {
    assertQuiet(await fetch(replica, dir));
    await assertStoresTruth(dir, replica);
    for (const command of [["status", "DETR"], ["check-partial", "DETR"]]) {
      assertForeseen(await runInOneProcess(["--wrk-dir", dir, ...command]), 0);
    }
  },
  async "open file"({ dir, path, replica }, what) {
    const run = await fetch(replica, dir);
    if (what !== FOLDER) return assertQuiet(run);
    const said = run.stderr.trimEnd().split("\n").at(-1)!;
    assert.equal(run.code, 73, run.stderr);
    assert.ok(said.includes(path), said);
    Deno.removeSync(path, { recursive: true });
  },
};

Deno.test(
  "damaged content, at places that a seed chooses: a partition is left as it is and named (65), a raw file is named by " +
    "verify and no trade of it is gone, records and locks never stop a fetch, a folder in a lock's place is named (73); " +
    "after a repair the truth is stored, and nothing crashes",
  async () => {
    using folder = temporaryDirectory();
    const base = folder.of("base");
    await using replica = await storedHome(base);
    let rounds = 0;
    for (const { kind, file, what, seed } of chosenRounds()) {
      const dir = folder.of("work");
      await copyFolder(base, dir);
      const path = join(dir, file);
      DAMAGES[what](path, new Random(`${seed} ${file} ${what}`));
      try {
        await FOLLOWS[kind]({ dir, path, replica }, what);
        assertForeseen(await runInOneProcess(homeArgs(replica, dir)), 0);
        await assertStoresTruth(dir, replica);
      } catch (error) {
        throw new Error(`${file} ${what}, seed ${seed}`, { cause: error });
      }
      rounds++;
    }
    console.log(`${rounds} damages`);
  },
);

Deno.test("a damaged quota file never leads to more requests than the quota: nothing is granted for a window", async () => {
  await Promise.all(
    Object.entries(DAMAGES).filter(([what]) => what !== FOLDER).map(async ([what, damage]) => {
      await using replica = await startReplica({
        days: [DAY],
        listed: { until: `${DAY.date}T08:04` },
        quota: { downloads: 4, seconds: 5 },
      });
      using folder = temporaryDirectory();
      const quotaFile = folder.of("quota.json");
      const args = fetchArgs(replica, folder.of("work"), ["DETR"], "--quota-file", quotaFile);
      args.splice(args.indexOf("--quota"), 2, "--quota", "4/5");
      assertForeseen(await runProgram(args), 0);
      damage(quotaFile, new Random(what));
      replica.listed.until = `${DAY.date}T08:08`;
      assertForeseen(await runProgram(args), 0);
      assert.deepEqual([what, replica.refused(), replica.maxInAnyWindow()], [what, 0, 4]);
      assert.equal(replica.requests.filter(({ place }) => place === "download").length, 8);
    }),
  );
});

Deno.test("what a killed run left over is removed by the next run, and never read", async () => {
  using folder = temporaryDirectory();
  const dir = folder.of("work");
  await using replica = await storedHome(dir);
  const raw = join(dir, KINDS.raw[0], "..");
  const left = [
    join(raw, ".unfinished-DETR-posttrade-2026-09-01T08_09.json.gz-1"),
    join(dir, KINDS.partition[0], "../.unfinished-trades.parquet-1"),
    join(dir, ".xetra-parqed/.unfinished-pending-DETR.json-1"),
    join(dir, ".xetra-parqed/runs-DETR"),
  ];
  for (const path of left) Deno.writeTextFileSync(path, "half of something");
  assertQuiet(await fetch(replica, dir));
  await assertStoresTruth(dir, replica);
  const there = left.filter((path) => path !== left[1]).filter(isThere);
  assert.deepEqual(there, [], "only beside a partition that was not published anew may it stay");
});

interface ChosenRound {
  readonly kind: Kind;
  readonly file: string;
  readonly what: string;
  readonly seed: number;
}

/** All damages to all files, several times; in a sample one per file, in turn. */
function chosenRounds(): ChosenRound[] {
  const damages = Object.keys(DAMAGES);
  const files = (Object.keys(KINDS) as Kind[]).flatMap((kind) => KINDS[kind].map((file) => ({ kind, file })));
  if (!everyRound) {
    return files.map((file, index) => ({ ...file, what: damages[index % damages.length], seed: 0 }));
  }
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
  return files.flatMap((file) => damages.flatMap((what) => seeds.map((seed) => ({ ...file, what, seed }))));
}

function fetch(replica: Replica, dir: string): Promise<Run> {
  return runProgram(homeArgs(replica, dir), { signal: AbortSignal.timeout(PATIENCE_MILLIS) });
}

/** Asserts that it did everything, without an ERROR. */
function assertQuiet(run: Run): void {
  assertForeseen(run, 0);
  assert.deepEqual(logOf(run).filter((line) => line.startsWith("ERROR ")), []);
}

/** `verify` names the file, and `--repair` puts it aside: 3 where a ledger cannot be proved to be whole. */
async function assertRepaired({ dir, path, replica }: Damaged): Promise<void> {
  const found = await verify(replica, dir, "--json");
  assertForeseen(found, 65);
  const damaged = (JSON.parse(found.stdout) as Verified).venues[0].issues.filter(({ severity }) =>
    severity === "damage"
  );
  assert.deepEqual(damaged.map((issue) => issue.path), [path]);
  assert.match(damaged[0].remedy, /^--repair /);
  const run = await verify(replica, dir, "--repair");
  assertForeseen(run, run.code === 3 ? 3 : 0);
}

async function assertHoldsItsDays(month: string, dir: string): Promise<void> {
  using db = await duckdb();
  const columns = "isin, trading_date_time, transaction_id, price, quantity";
  const [made, days] = [`SELECT ${columns} FROM '${month}'`, `SELECT ${columns} FROM ${storedTable(dir)}`];
  assert.deepEqual(await db.rows(`(${made} EXCEPT ALL ${days}) UNION ALL (${days} EXCEPT ALL ${made})`), []);
}

function contentOf(path: string): string {
  return Deno.statSync(path).isDirectory
    ? "a folder"
    : new TextDecoder("latin1").decode(Deno.readFileSync(path));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
