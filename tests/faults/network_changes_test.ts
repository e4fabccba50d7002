import assert from "node:assert/strict";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fault from "../../scripts/replica/fault_kinds.ts";
import type { Place } from "../../scripts/replica/faults.ts";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, countsOf, logOf, treeOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  duckdb,
  fetchArgs,
  partitionPath,
  rawPath,
  type Run,
  runProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { assertStoresTruth, ledgerLines } from "../e2e/truth.ts";

const DAY = { venue: "DETR", date: "2026-09-01", trades: 300, minutes: { from: 480, until: 490 } };

for (
  const [place, status, said] of [
    ["download", 404, "HTTP 404"],
    ["download", 400, "HTTP 400"],
    ["storage", 404, "HTTP 404 from storage"],
  ] as const
) {
  Deno.test(`a listed file that is ${said} is pending twice, lost in the third cycle, and then no longer requested`, async () => {
    await isLostAfterThree(place, status, said);
  });
}

async function isLostAfterThree(place: Place, status: number, said: string): Promise<void> {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  replica.inject(place, fault.status(status), { name: file(7) });
  const lost = (run: Run) => logOf(run).filter((line) => / lost\b/.test(line));
  for (const cycle of [1, 2, 3]) {
    const run = await fetchDetr(replica, folder.path);
    assertForeseen(run, 3);
    assert.ok(logOf(run).includes(`WARNING ${file(7)}: listed, but not there (${said})`), run.stderr);
    assert.equal(lost(run).length, cycle === 3 ? 1 : 0);
    assert.doesNotMatch(run.stderr, /All available data already stored/);
    if (cycle === 3) assert.match(lost(run)[0], new RegExp(`^ERROR DETR: 1 file lost.*${file(7)}`));
    else assert.match(logOf(run).at(-1)!, new RegExp(`^WARNING DETR: 1 file pending.*${file(7)}.*${said}`));
  }
  assert.equal(countsOf(replica.requests)[`download ${file(7)}`], 3);

  const fourth = await fetchDetr(replica, folder.path);
  assertForeseen(fourth, 0);
  assert.deepEqual(lost(fourth), []);
  assert.equal(countsOf(replica.requests)[`download ${file(7)}`], 3);
  const shown = await runProgram([
    "check-status",
    "DETR",
    "--wrk-dir",
    folder.path,
    "--api-url",
    replica.apiUrl,
  ]);
  assert.match(shown.stdout, /2026-09-01 +10 +9 +0 +0 +1 /);
  await assertStoresTruth(folder.path, replica, [file(7)]);
}

Deno.test("different bytes under a stored name are kept beside the first, with a WARNING, and the trades of both are stored once", async () => {
  await using replica = await startReplica({ days: [DAY] });
  using folder = temporaryDirectory();
  const path = rawPath(folder.path, file(3));
  const only = "ONLY-IN-THE-FIRST";
  // What a backup that is restored does, while the file is on its way: half of the rows, and one that was withdrawn.
  const restore = (gz: Uint8Array) => {
    const rows = new TextDecoder().decode(gunzipSync(gz)).trimEnd().split("\n");
    const first = [
      ...rows.slice(0, rows.length / 2),
      rows[0].replace(/("transactionId\w+"):"\w+"/, `$1:"${only}"`),
    ];
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, gzipSync(first.join("\n") + "\n"));
    return gz;
  };
  replica.inject("storage", fault.body(restore), { name: file(3), times: 1 });
  const run = await fetchDetr(replica, folder.path);
  assertForeseen(run, 0);
  assert.deepEqual(logOf(run).filter((line) => line.startsWith("WARNING ")), [
    `WARNING ${
      file(3)
    }: other bytes than before under this name. Both are kept, and the trades of both stored`,
  ]);
  const versions = [...Deno.readDirSync(dirname(path))].map(({ name }) => name).filter((name) =>
    name.startsWith(file(3))
  ).sort();
  assert.equal(versions.length, 2);
  const [, digest] = versions[1].split(".~");
  const entries = (await ledgerLines(partitionPath(folder.path, "DETR", DAY.date))).filter((line) =>
    line.startsWith("08_03")
  );
  assert.deepEqual(entries.map((line) => line.split(" ").length), [4, 4]);
  assert.ok(entries[1].startsWith(`08_03~${digest} `) && entries[1].endsWith(` 0 ${digest}`), entries[1]);
  assert.deepEqual(await countsWith(folder.path, only), [301, 1]);

  const before = treeOf(folder.of("data"));
  assert.deepEqual(
    await downloadsDuring(replica, async () => {
      const next = await fetchDetr(replica, folder.path);
      assertForeseen(next, 0);
      assert.doesNotMatch(next.stderr, /WARNING/);
    }),
    [],
  );
  assert.deepEqual(treeOf(folder.of("data")), before);
});

/** How many trades are stored, and how many of them have this id. */
async function countsWith(dir: string, id: string): Promise<[all: number, withId: number]> {
  using db = await duckdb();
  const path = partitionPath(dir, "DETR", DAY.date);
  const [row] = await db.rows(
    `SELECT count(*)::INTEGER AS trades, (count(*) FILTER (transaction_id = '${id}'))::INTEGER AS named FROM '${path}'`,
  );
  return [Number(row.trades), Number(row.named)];
}

/** The name of the day's minute file of this index. */
function file(index: number): string {
  return `DETR-posttrade-2026-09-01T08_0${index}.json.gz`;
}

function fetchDetr(replica: Replica, dir: string): Promise<Run> {
  return runProgram(fetchArgs(replica, dir));
}
