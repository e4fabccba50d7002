import assert from "node:assert/strict";
import type { DaySpec } from "../../scripts/replica/day.ts";
import { twoMembers, unknownEra } from "../../scripts/replica/fault_kinds.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { ODD } from "../../scripts/replica/untidy.ts";
import { idleDaemon } from "./daemon_program.ts";
import { assertForeseen, jsonOf, onlyErrorOf, treeOf } from "./evidence.ts";
import { fetchArgs, partitionPath, rawPath, type Run, temporaryDirectory } from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { assertStoresTruth, ledgerLines } from "./truth.ts";
import { flip, NOWHERE, verify } from "./verified.ts";

const DATE = "2026-09-01";
const DETR: DaySpec = {
  venue: "DETR",
  date: DATE,
  trades: 700,
  minutes: { from: 480, until: 512 },
  untidiness: ODD,
};
const NEXT: DaySpec = { ...DETR, date: "2026-09-02" };
/** It begins before midnight UTC. */
const DEUR: DaySpec = { ...DETR, venue: "DEUR", minutes: { from: -20, until: 30 }, opens: 60 };

function merge(ours: string, theirs: string, ...args: string[]): Promise<Run> {
  return runInOneProcess(["--wrk-dir", ours, "merge", "DETR", "--from", theirs, ...args]);
}

/** Fetches what is listed from one minute until another. */
async function collect(replica: Replica, dir: string, from: string | null, until: string | null, code = 0) {
  Object.assign(replica.listed, { from, until });
  assertForeseen(await runInOneProcess(fetchArgs(replica, dir, ["DETR", "DEUR"])), code);
  Object.assign(replica.listed, { from: null, until: null });
}

Deno.test("two collectors that each fetched a part have everything after a merge; the other one is not changed, and a second merge does nothing", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT, DEUR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, null, `${DATE}T08:20`);
  await collect(replica, theirs.path, `${DATE}T00:10`, null);
  const [before, other] = [treeOf(ours.path), treeOf(theirs.path)];
  const planned = await merge(ours.path, theirs.path, "DEUR", "--dry-run");
  assertForeseen(planned, 0);
  assert.match(planned.stdout, /^DETR 2026-09-01: 12 source files and 0 raw files would be taken over$/m);
  assert.match(planned.stdout, /^DETR 2026-09-02: 32 source files /m);
  assert.deepEqual(treeOf(ours.path), before, "a dry run changes nothing");

  const run = await merge(ours.path, theirs.path, "DEUR");
  assertForeseen(run, 0);
  assert.match(run.stdout, /^DETR: 2 days merged, [\d,]+ trades added\nDEUR: nothing to take over\n$/);
  await assertStoresTruth(ours.path, replica);
  assert.deepEqual(treeOf(theirs.path), other);
  assertForeseen(await verify(replica, ours.path), 0);
  const after = treeOf(ours.path);
  const again = await merge(ours.path, theirs.path, "DEUR");
  assertForeseen(again, 0);
  assert.equal(again.stdout, "DETR: nothing to take over\nDEUR: nothing to take over\n");
  assert.deepEqual(treeOf(ours.path), after);

  assertForeseen(await merge(theirs.path, ours.path, "DEUR"), 0);
  await assertStoresTruth(theirs.path, replica);
});

Deno.test("minute files and a daily file of the same day are united either way, each trade once", async () => {
  await using replica = await startReplica({ days: [DETR, DEUR], daily: true });
  using minutes = temporaryDirectory();
  using daily = temporaryDirectory();
  await collect(replica, minutes.path, null, `${DATE}T12:00`);
  await collect(replica, daily.path, null, null);
  for (const [ours, theirs] of [[minutes, daily], [daily, minutes]]) {
    assertForeseen(await merge(ours.path, theirs.path, "DEUR"), 0);
    await assertStoresTruth(ours.path, replica);
    assertForeseen(await verify({ apiUrl: NOWHERE }, ours.path), 0);
    const lines = await ledgerLines(partitionPath(ours.path, "DETR", DATE));
    assert.ok(lines.some((line) => line.startsWith(`daily-${DATE} `)));
    assert.ok(
      lines.every((line) => !line.endsWith(" credited")),
      "the fetched minutes are named with their digests",
    );
  }
});

Deno.test("different bytes under one name are a WARNING and exit 3 once: both are entered, and the trades of both are stored", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, null, null);
  replica.inject("storage", twoMembers(), { name: `DETR-posttrade-${DATE}T08_05.json.gz` });
  await collect(replica, theirs.path, null, null);
  const run = await merge(ours.path, theirs.path);
  assertForeseen(run, 3);
  assert.match(
    run.stderr,
    /WARNING .*DETR 2026-09-01: 1 file differs? between the two, the first: 08_05\. Both /,
  );
  const lines = await ledgerLines(partitionPath(ours.path, "DETR", DATE));
  assert.equal(lines.filter((line) => line.startsWith("08_05")).length, 2);
  await assertStoresTruth(ours.path, replica);
  assertForeseen(await merge(ours.path, theirs.path), 0);
});

Deno.test("a damaged partition, theirs or ours, is named with 65 and left, and the other days are taken", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await collect(replica, ours.path, null, `${DATE}T08:20`);
  await collect(replica, theirs.path, null, null);
  for (const dir of [theirs.path, ours.path]) {
    const path = partitionPath(dir, "DETR", DATE);
    const whole = Deno.readFileSync(path);
    flip(path, 1_000);
    const damaged = Deno.readFileSync(path);
    const run = await merge(ours.path, theirs.path);
    assert.match(onlyErrorOf(run, 65), /^DETR 2026-09-01: .*trades\.parquet is damaged/);
    assert.deepEqual(Deno.readFileSync(path), damaged);
    Deno.writeFileSync(path, whole);
  }
  assertForeseen(await merge(ours.path, theirs.path), 0);
  await assertStoresTruth(ours.path, replica);
});

Deno.test("raw files that the other could not understand wait in our spool, unchanged", async () => {
  await using replica = await startReplica({ days: [DETR] });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  const name = `DETR-posttrade-${DATE}T08_06.json.gz`;
  replica.inject("storage", unknownEra(), { name });
  await collect(replica, theirs.path, null, null, 3);
  const run = await merge(ours.path, theirs.path, "--json");
  assertForeseen(run, 0);
  const [{ days: [day] }] = jsonOf<{ venues: { days: Record<string, unknown>[] }[] }>(run).venues;
  assert.deepEqual([day.kind, day.rawFiles, day.entries], ["merged", 1, 31]);
  assert.deepEqual(
    Deno.readFileSync(rawPath(ours.path, name)),
    Deno.readFileSync(rawPath(theirs.path, name)),
  );
  assertForeseen(await merge(ours.path, theirs.path), 0);
});

Deno.test("a merge works beside idle daemons on either side", async () => {
  await using replica = await startReplica({ days: [DETR, NEXT], listed: { until: `${DATE}T08:20` } });
  using ours = temporaryDirectory();
  using theirs = temporaryDirectory();
  await using _ours = await idleDaemon(replica, ours.path);
  replica.listed.until = null;
  await using _theirs = await idleDaemon(replica, theirs.path);
  assertForeseen(await merge(ours.path, theirs.path), 0);
  await assertStoresTruth(ours.path, replica);
});

Deno.test("merge refuses a folder that is not a working directory, and its own", async () => {
  using ours = temporaryDirectory();
  for (
    const [from, message] of [[ours.of("nowhere"), /has no data\/de\/xetra\/trades/], [
      ours.path,
      /./,
    ]] as const
  ) {
    const run = await merge(ours.path, from);
    assert.equal(run.code, 64);
    assert.match(run.stderr, message);
  }
  Deno.mkdirSync(ours.of("data/de/xetra/trades"), { recursive: true });
  const itself = await merge(ours.path, ours.of("data/.."));
  assert.equal(itself.code, 64);
  assert.match(itself.stderr, /is the working directory itself/);
});
