import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { startReplica } from "../../scripts/replica/server.ts";
import { assertForeseen, logOf, treeOf } from "../e2e/evidence.ts";
import {
  downloadsDuring,
  duckdb,
  fetchArgs,
  partitionPath,
  rawPath,
  type Row,
  runProgram,
  startProgram,
  temporaryDirectory,
} from "../e2e/harness.ts";
import { peakMemoryOf } from "../e2e/process_facts.ts";
import { COLUMN_TYPES, ledgerLines } from "../e2e/truth.ts";
import { BAD_LINES, type BadLine, GOOD_LINES, tradeLine } from "./odd_lines.ts";

const DATE = "2026-09-01";
/** The number of lines of a file that are named in the log. */
const LINES_NAMED = 5;
/** Twice the resident memory of an ordinary cycle; the lines of 10 MB are not held. */
const MOST_MEMORY_MIB = 400;

Deno.test("lines that are not trades are left out, reported once with the reason and counted in the ledger; no other line is lost, and their raw files are kept", async () => {
  const files = batchesOf(BAD_LINES, LINES_NAMED);
  await using replica = await startReplica({ days: [], files: new Map(files.map(servedBetweenTrades)) });
  using dir = temporaryDirectory();
  await using program = startProgram(fetchArgs(replica, dir.path));
  const peak = await peakMemoryOf(program);
  const run = await program.ended;
  assertForeseen(run, 3);
  const errors = logOf(run).filter((line) => line.startsWith("ERROR "));
  assert.deepEqual(errors, files.map((lines, i) => `ERROR ${toldOf(file(i), lines)}`));
  const rows = await storedRows(dir.path);
  const trades = files.flatMap((_, i) => [`before-${i}`, `after-${i}`]);
  assert.deepEqual(rows.map(({ transaction_id }) => transaction_id), trades.toSorted());
  const ledger = await ledgerLines(partitionPath(dir.path, "DETR", DATE));
  assert.deepEqual(
    ledger.map((line) => line.replace(/ [0-9a-f]{16}$/, "")),
    files.map(({ length }, i) => `${minute(i)} 2 ${length}`),
  );
  assert.ok(peak < MOST_MEMORY_MIB, `${peak} MiB`);
  console.log(`${BAD_LINES.length} bad lines, three of 10 MB among them: peak ${peak.toFixed(0)} MiB`);

  const before = treeOf(dir.of("data"));
  assert.deepEqual(
    await downloadsDuring(replica, async () => {
      const next = await runProgram(fetchArgs(replica, dir.path));
      assertForeseen(next, 0);
      assert.doesNotMatch(next.stderr, /ERROR|WARNING/);
    }),
    [],
  );
  assert.deepEqual(treeOf(dir.of("data")), before);
  for (const i of files.keys()) assert.ok(Deno.statSync(rawPath(dir.path, file(i))).isFile);
});

Deno.test("odd lines that are trades are stored with every value, in extra if no column can hold it", async () => {
  const lines = GOOD_LINES.map(([, line]) => line);
  await using replica = await startReplica({ days: [], files: new Map([[file(0), gzipped(lines)]]) });
  using dir = temporaryDirectory();
  const run = await runProgram(fetchArgs(replica, dir.path));
  assertForeseen(run, 0);
  const rows = new Map((await storedRows(dir.path)).map((row) => [row.transaction_id, row]));
  assert.equal(rows.size, GOOD_LINES.length);
  for (const [what, line, stored] of GOOD_LINES) {
    const row = rows.get(String(stored.transaction_id ?? JSON.parse(line).transactionIdentificationCode));
    assert.ok(row !== undefined, what);
    const expected = { isin: "DE0007164600", nanos: 1788249600123456789n, ...stored };
    for (const [column, value] of Object.entries(expected)) {
      assert.equal(row[column], value, `${what}: ${column}`);
    }
  }
});

/** What the log says about a file's bad lines, which follow a good one. */
function toldOf(name: string, lines: readonly BadLine[]): string {
  const told = lines.map(([, , reason], i) => `line ${i + 2} ${reason}`).join(", ");
  return `${name}: ${lines.length} line${
    lines.length === 1 ? "" : "s"
  } left out: ${told}. Its raw file is kept`;
}

function servedBetweenTrades(
  lines: readonly BadLine[],
  i: number,
): [name: string, bytes: Uint8Array<ArrayBuffer>] {
  const bad = lines.map(([, line]) => line);
  return [file(i), gzipped([tradeLine(`before-${i}`), ...bad, tradeLine(`after-${i}`)])];
}

function gzipped(lines: readonly (string | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    gzipSync(Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]))),
  );
}

/** All stored rows, by their ids, with the trading time in nanoseconds. */
async function storedRows(dir: string): Promise<Row[]> {
  using db = await duckdb();
  const columns = COLUMN_TYPES.filter(([, type]) => type !== "TIMESTAMP_NS").map(([name]) => name);
  return await db.rows(
    `SELECT epoch_ns(trading_date_time) AS nanos, ${columns.join(", ")} FROM '${
      partitionPath(dir, "DETR", DATE)
    }' ` +
      "ORDER BY transaction_id",
  );
}

function batchesOf<T>(things: readonly T[], size: number): T[][] {
  const count = Math.ceil(things.length / size);
  return Array.from({ length: count }, (_, i) => things.slice(i * size, (i + 1) * size));
}

function minute(index: number): string {
  return `08_${String(index).padStart(2, "0")}`;
}

function file(index: number): string {
  return `DETR-posttrade-${DATE}T${minute(index)}.json.gz`;
}
