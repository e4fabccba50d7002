import assert from "node:assert/strict";
import { type Replica, startReplica } from "../../scripts/replica/server.ts";
import { assertSameRows, asStored } from "../derive/lake/stored_lake.ts";
import { publishQuotes } from "../derive/quotes/quote_stores.ts";
import { filesBelow } from "./disk.ts";
import { assertForeseen, jsonOf, logOf, onlyErrorOf, treeOf } from "./evidence.ts";
import {
  AMPLE_QUOTA,
  duckdb,
  type Run,
  startProgram,
  type TemporaryDirectory,
  temporaryDirectory,
} from "./harness.ts";
import { runInOneProcess } from "./one_process.ts";
import { peakMemoryOf } from "./process_facts.ts";

const DATES = ["2026-08-31", "2026-09-01", "2026-09-02"];
/** The last minutes of an hour, and the first of the next. */
const MINUTES = { from: 8 * 60 + 55, until: 9 * 60 + 5 };
const HOURS = "data/de/xetra/quotes/venue=DGAT/year=2026/month=09";
/** The quotes of a day alone would take as much, if they were held at once. */
const MOST_MEMORY_MIB = 300;

interface Document {
  readonly venues: readonly {
    readonly exports: readonly { readonly period: string; readonly kind: string; readonly rows?: number }[];
  }[];
}

/** A replica that has quotes of three days of Tradegate, the last of which has not come yet. */
function threeDays(): Promise<Replica> {
  const quotes = DATES.map((date) => ({
    ...{ service: "DGAT-pretrade", date, rows: 60, instruments: 20, minutes: MINUTES },
    odd: true,
  }));
  return startReplica({ days: [], quotes, listed: { until: "2026-09-02T00:00" } });
}

async function fetchQuotes(replica: Replica, dir: TemporaryDirectory): Promise<void> {
  const fetch = ["fetch-quotes", "DGAT", "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
  assertForeseen(await runInOneProcess(["--wrk-dir", dir.path, ...fetch]), 0);
}

function exportQuotes(dir: TemporaryDirectory, ...more: readonly string[]): Promise<Run> {
  const to = ["--to", dir.of("lake"), "--what", "quotes"];
  return runInOneProcess(["--wrk-dir", dir.path, "export", "DGAT", ...to, ...more]);
}

/** `2026-09-01 written`, for each day. */
async function kindsOf(run: Promise<Run>, code = 0): Promise<string[]> {
  const ended = await run;
  assertForeseen(ended, code);
  return jsonOf<Document>(ended).venues[0].exports.map(({ period, kind }) => `${period} ${kind}`);
}

Deno.test("export --what quotes writes a file a day, each quote to the nanosecond, though no trade of the venue is stored", async () => {
  await using replica = await threeDays();
  using dir = temporaryDirectory();
  await fetchQuotes(replica, dir);
  const run = await exportQuotes(dir);
  assertForeseen(run, 0);
  assert.match(
    run.stdout,
    /^DGAT: exported\nperiod +what +rows\n2026-08-31 +quotes +\d+ +written\n2026-09-01 +quotes +\d+ +written\n$/,
  );
  using database = await duckdb();
  const read = (files: string) =>
    `read_parquet('${dir.path}/${files}', hive_partitioning = true, hive_types_autocast = false)`;
  const stored = `SELECT * EXCLUDE (hour) FROM ${read("data/de/xetra/quotes/*/*/*/*/*/*.parquet")}`;
  await assertSameRows(database, asStored(read("lake/quotes/*/*/*/*/*.parquet"), "quotes"), stored);
  const none = await runInOneProcess(["--wrk-dir", dir.path, "export", "DGAT", "--to", dir.of("lake")]);
  assertForeseen(none, 3);
  assert.deepEqual(logOf(none), ["WARNING DGAT: trades not exported: nothing is stored"]);
});

Deno.test("only days of quotes whose hours have changed are written again; those that are not stored any more stay", async () => {
  await using replica = await threeDays();
  using dir = temporaryDirectory();
  await fetchQuotes(replica, dir);
  assert.deepEqual(await kindsOf(exportQuotes(dir, "--json")), ["2026-08-31 written", "2026-09-01 written"]);
  const before = treeOf(dir.of("lake"));
  assert.deepEqual(await kindsOf(exportQuotes(dir, "--json")), [
    "2026-08-31 unchanged",
    "2026-09-01 unchanged",
  ]);
  assert.deepEqual(treeOf(dir.of("lake")), before);
  replica.listed.until = "2026-09-02T09:00";
  await fetchQuotes(replica, dir);
  const ofMonth = () => kindsOf(exportQuotes(dir, "--month", "2026-09", "--json"));
  assert.deepEqual(await ofMonth(), ["2026-09-01 unchanged", "2026-09-02 written"]);
  replica.listed.until = null;
  await fetchQuotes(replica, dir);
  Deno.removeSync(dir.of(HOURS, "day=01"), { recursive: true });
  assert.deepEqual(await ofMonth(), ["2026-09-02 written"]);
  assert.equal(filesBelow(dir.of("lake/quotes")).length, 3);
  assert.deepEqual(await kindsOf(exportQuotes(dir, "--month", "2026-07", "--json"), 3), ["2026-07 nothing"]);
});

Deno.test("a damaged hour, and a day that would lose quotes, are refused with 65, and the other days written", async () => {
  await using replica = await threeDays();
  replica.listed.until = null;
  using dir = temporaryDirectory();
  await fetchQuotes(replica, dir);
  const hour = dir.of(HOURS, "day=01/hour=08/quotes.parquet");
  const whole = Deno.readFileSync(hour);
  Deno.writeFileSync(hour, whole.with(500, whole[500] ^ 1));
  const damaged = await exportQuotes(dir);
  assert.match(onlyErrorOf(damaged, 65), /^DGAT 2026-09-01: quotes not exported: .*hour=08.* is damaged/);
  assert.match(damaged.stdout, /2026-08-31 +quotes +\d+ +written\n2026-09-02 +quotes +\d+ +written\n$/);
  Deno.writeFileSync(hour, whole);
  await kindsOf(exportQuotes(dir, "--json"));
  const before = treeOf(dir.of("lake"));
  Deno.removeSync(hour);
  const shrinking = onlyErrorOf(await exportQuotes(dir), 65);
  assert.match(
    shrinking,
    /day=01\/quotes\.parquet holds more than is stored now: 2026-09-01T08 had \d+ rows and has no file/,
  );
  assert.deepEqual(treeOf(dir.of("lake")), before);
});

Deno.test("a day of two million quotes is exported in the memory of some row groups", async () => {
  using dir = temporaryDirectory();
  const rowsAnHour = 330_000;
  for (const hour of ["08", "09", "10", "11", "12", "13"]) {
    const placed = Array.from({ length: rowsAnHour }, (_, i) => ({
      hour: `2026-09-01T${hour}`,
      row: {
        isin: `DE${String(i % 5000).padStart(10, "0")}`,
        time: `2026-09-01T${hour}:${String(i % 60).padStart(2, "0")}:00.${String(i).padStart(9, "0")}Z`,
        bid: i / 100,
        bid_quantity: i % 977,
        ask: i / 99,
        ask_quantity: i % 991,
      },
    }));
    await publishQuotes(dir.path, "DGAT", placed);
  }
  const args = ["--wrk-dir", dir.path, "export", "DGAT", "--to", dir.of("lake"), "--what", "quotes"];
  await using program = startProgram(args);
  const peak = await peakMemoryOf(program);
  const run = await program.ended;
  assertForeseen(run, 0);
  assert.match(run.stdout, /2026-09-01 +quotes +1,980,000 +written/);
  console.log(`${6 * rowsAnHour} quotes exported: peak ${peak.toFixed(0)} MiB`);
  assert.ok(peak < MOST_MEMORY_MIB, `${peak} MiB`);
});
