import assert from "node:assert/strict";
import type { QuoteDaySpec } from "../../scripts/replica/quotes/quote_day.ts";
import { unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertHoldsTruth } from "../collect/quotes/hours.ts";
import { heard } from "./daemon_program.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, onlyErrorOf, treeOf } from "./evidence.ts";
import { AMPLE_QUOTA, type Program, rawPath, type Run, startProgram, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { flip } from "./verified.ts";

const DATE = "2026-09-01";
const DGAT: QuoteDaySpec = {
  service: "DGAT-pretrade",
  date: DATE,
  rows: 60,
  minutes: { from: 530, until: 546 },
};

function merge(ours: string, theirs: string, ...more: string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", ours, "merge", "DGAT", "--quotes", "--from", theirs, ...more]);
}

/** Fetches what is listed from one minute until another. */
async function collect(
  replica: Replica,
  dir: string,
  { from = null, until = null, more = [], code = 0 }: {
    from?: string | null;
    until?: string | null;
    more?: string[];
    code?: number;
  } = {},
): Promise<void> {
  Object.assign(replica.listed, { from, until });
  const args = ["fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA, ...more];
  assertForeseen(await runInOneProcess(["--wrk-dir", dir, ...args]), code);
  Object.assign(replica.listed, { from: null, until: null });
}

Deno.test("quotes that two collectors have fetched, each a part, are the truth after a merge; the other is not touched, and a second merge does nothing", async () => {
  await using replica = await startReplica({ days: [], quotes: [DGAT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, { until: `${DATE}T08:58` });
  await collect(replica, theirs.path, { from: `${DATE}T08:54` });
  const [before, other] = [treeOf(ours.path), treeOf(theirs.path)];
  const planned = await merge(ours.path, theirs.path, "--dry-run");
  assertForeseen(planned, 0);
  assert.match(planned.stdout, /^DGAT 2026-09-01T08: 2 source files and 0 raw files would be taken over\n/);
  assert.deepEqual(treeOf(ours.path), before, "a dry run changes nothing");

  const run = await merge(ours.path, theirs.path);
  assertForeseen(run, 0);
  assert.match(run.stdout, /^DGAT: 2 hours merged, [\d,]+ quotes added\n$/);
  await assertHoldsTruth(ours, [DGAT]);
  assert.deepEqual(treeOf(theirs.path), other);
  const after = treeOf(ours.path);
  assert.equal((await merge(ours.path, theirs.path)).stdout, "DGAT: nothing to take over\n");
  assert.deepEqual(treeOf(ours.path), after);
  assertForeseen(await merge(theirs.path, ours.path), 0);
  await assertHoldsTruth(theirs, [DGAT]);
});

Deno.test("a damaged hour, theirs or ours, is named with 65 and left, and the other hours are taken", async () => {
  await using replica = await startReplica({ days: [], quotes: [DGAT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, { until: `${DATE}T08:58` });
  await collect(replica, theirs.path);
  for (const dir of [theirs, ours]) {
    const [path] = filesBelow(dir.of("data/de/xetra/quotes"));
    const whole = Deno.readFileSync(path);
    flip(path, 500);
    const run = await merge(ours.path, theirs.path);
    assert.match(onlyErrorOf(run, 65), /^DGAT 2026-09-01T08: .*quotes\.parquet is damaged/);
    Deno.writeFileSync(path, whole);
  }
  assertForeseen(await merge(ours.path, theirs.path), 0);
  await assertHoldsTruth(ours, [DGAT]);
});

Deno.test("hours of different instruments are left as they are, with a WARNING and 3", async () => {
  await using replica = await startReplica({ days: [], quotes: [DGAT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, { more: ["--notation", "1"] });
  await collect(replica, theirs.path, { more: ["--bonds"] });
  const before = treeOf(ours.path);
  const run = await merge(ours.path, theirs.path);
  assertForeseen(run, 3);
  assert.match(
    run.stderr,
    /WARNING .*DGAT 2026-09-01T08: left as it is: it holds notation=1, and .* holds notation=2; /,
  );
  assert.deepEqual(treeOf(ours.path), before);
});

Deno.test("raw files of quotes that the other could not understand wait in our spool, with their bytes", async () => {
  await using replica = await startReplica({ days: [], quotes: [DGAT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  const name = `DGAT-pretrade-${DATE}T08_55.json.gz`;
  replica.inject("storage", unknownEra(), { name });
  await collect(replica, theirs.path, { code: 3 });
  assertForeseen(await merge(ours.path, theirs.path), 0);
  const [path, their] = [ours.path, theirs.path].map((dir) => rawPath(dir, name));
  assert.deepEqual(Deno.readFileSync(path), Deno.readFileSync(their));
  assert.equal((await merge(ours.path, theirs.path)).stdout, "DGAT: nothing to take over\n");
});

Deno.test("damaged hours without raw files are mended from the other by verify --quotes --repair --from, beside daemons of quotes on either side", async () => {
  await using replica = await startReplica({ days: [], quotes: [DGAT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await using _ours = await quotesDaemon(replica, ours.path);
  await using _theirs = await quotesDaemon(replica, theirs.path);
  const rows = await assertHoldsTruth(ours, [DGAT]);
  for (const path of filesBelow(ours.of("data/de/xetra/quotes"))) flip(path, 500);
  const args = ["verify", "DGAT", "--quotes", "--repair", "--from", theirs.path];
  const run = await runInOneProcess(["--wrk-dir", ours.path, ...args]);
  assertForeseen(run, 0);
  assert.match(
    run.stdout,
    /^2026-09-01T08 {2}REBUILT .* with [\d,]+ quotes, with those of .*quotes\.parquet; /,
  );
  assert.equal(await assertHoldsTruth(ours, [DGAT]), rows);
  assertForeseen(await merge(ours.path, theirs.path), 0);
});

/** A daemon of quotes after its first cycle; disposing it kills it. */
async function quotesDaemon(replica: Replica, dir: string): Promise<Program> {
  const args = ["fetch-quotes", "DGAT", "--daemon", "--active-hours", "00:00-24:00", "--quota", AMPLE_QUOTA];
  const daemon = startProgram(["--wrk-dir", dir, ...args, "--api-url", replica.apiUrl]);
  await heard(daemon, / - Cycle 1: /);
  return daemon;
}
