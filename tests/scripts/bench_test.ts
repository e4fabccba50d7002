import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { barsLinesOf, makeTrades, runBarsRound } from "../../scripts/bench/bars.ts";
import { publishDay, runJob } from "../../scripts/bench/fresh.ts";
import { makeInputs } from "../../scripts/bench/inputs.ts";
import { HOUR, writeQuoteMinutes } from "../../scripts/bench/quotes/minutes.ts";
import { DATE, VENUE } from "../../scripts/bench/raw_day.ts";
import { makeStagedDay, runStages, stagesLinesOf } from "../../scripts/bench/stages.ts";
import { median } from "../../scripts/bench/table.ts";
import { secondsUnder } from "../../scripts/bench/under_quota.ts";
import { decodeVenues, makeVenueDays, venueLinesOf } from "../../scripts/bench/venues.ts";
import { EXCHANGE_QUOTA } from "../../src/feed/quota.ts";
import { duckdb, temporaryDirectory } from "../e2e/harness.ts";
import { QUOTES_BY_HOUR, TRADES_BY_DAY } from "../../src/store/datasets.ts";

Deno.test("the benchmark compares like with like: DuckDB's file holds the trades of ours", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const { day, hour, beforeHour } = await makeInputs(dir.path, {
    day: 2_000,
    grown: 1_000,
    large: 0,
    venue: 0,
  });
  assert.equal(hour.trades + beforeHour.trades, 1_000);
  assert.deepEqual([day.files, hour.files, beforeHour.files], [1_320, 60, 1_260]);
  const [ours, theirs] = [day.layout.partition(TRADES_BY_DAY, VENUE, DATE), join(dir.path, "duckdb.parquet")];
  const published = await publishDay(day.layout);
  const written = await runJob("duckdb", day.layout.workingDirectory, "2", theirs);
  assert.deepEqual([published.rows, written.rows], [2_000, 2_000]);
  assert.deepEqual([published.bytes, written.bytes], [ours, theirs].map((path) => Deno.statSync(path).size));
  const [columns] = await database.rows(
    `SELECT string_agg(name, ', ') AS names FROM parquet_schema('${theirs}') WHERE type IS NOT NULL`,
  );
  for (const [a, b] of [[ours, theirs], [theirs, ours]]) {
    const difference = `SELECT ${columns.names} FROM '${a}' EXCEPT ALL SELECT ${columns.names} FROM '${b}'`;
    assert.deepEqual(await database.rows(difference), []);
  }
});

Deno.test("the stages of publishing a day make up the main thread's time, and the next round has the same day to publish", async () => {
  using dir = temporaryDirectory();
  const day = makeStagedDay(dir.path, 2_000);
  const rounds = [await runStages(day), await runStages(day)];
  for (const stages of rounds) {
    assert.ok(Math.abs(Object.values(stages).reduce((sum, share) => sum + share) - 1) < 1e-9);
    for (const stage of ["reading and unpacking", "scanning", "encoding"]) {
      assert.ok(stages[stage] > 0, stage);
    }
  }
  assert.equal(stagesLinesOf(rounds).length, Object.keys(rounds[0]).length);
});

Deno.test("a benchmarked day has as many bars as DuckDB makes from it", async () => {
  using dir = temporaryDirectory();
  await makeTrades(dir.path, 2_000);
  const { ours, duckdbTwo } = await runBarsRound(dir.path);
  assert.ok(ours.rows > 500 && ours.rows === duckdbTwo.rows);
  assert.deepEqual(barsLinesOf([{ ours, duckdbTwo }]).map(({ unit }) => unit), [
    "s",
    "MB",
    "s",
    "MB",
    "×",
    "×",
  ]);
});

Deno.test("the hour of quotes that DuckDB writes has the same quotes as ours", async () => {
  using dir = temporaryDirectory();
  using database = await duckdb();
  const { layout, paths } = writeQuoteMinutes(dir.path, { service: "DGAT-pretrade", minutes: 3, rows: 500 });
  const [ours, theirs] = [layout.partition(QUOTES_BY_HOUR, "DGAT", HOUR), dir.of("duckdb.parquet")];
  const published = await runJob("quotes_hour", dir.path, "DGAT", "pretrade", HOUR);
  const written = await runJob("duckdb_quotes", `${dirname(paths[0])}/*.json.gz`, "2", theirs);
  assert.ok(published.rows > 1_400 && published.rows === written.rows);
  const rowsOf = (path: string) => `FROM read_parquet('${path}', hive_partitioning = false)`;
  const columns = (path: string) => `SELECT column_name, column_type FROM (DESCRIBE ${rowsOf(path)})`;
  assert.deepEqual(await database.rows(columns(ours)), await database.rows(columns(theirs)));
  for (const [a, b] of [[ours, theirs], [theirs, ours]]) {
    assert.deepEqual(await database.rows(`${rowsOf(a)} EXCEPT ALL ${rowsOf(b)}`), []);
  }
});

Deno.test("the venues are compared over equally many rows, most of them fixings in Frankfurt, with Eurex' keys on Eurex", async () => {
  using dir = temporaryDirectory();
  const days = makeVenueDays(dir.path, 2_000);
  const rows = Object.values(days).map(({ trades }) => trades);
  assert.ok(rows.every((trades) => trades >= 2_000 && trades < 2_010), `${rows}`);
  const text = (venue: "DFRA" | "DEUR") => textIn(days[venue].layout.rawDay(venue, DATE));
  const fixings = text("DFRA").split("\n").filter((line) =>
    line !== "" && !/"quantity":[\d.]*[1-9]/.test(line)
  );
  assert.ok(fixings.length > 1_000);
  assert.match(text("DEUR"), /"mmtPriceFormingInd":"P"/);
  const decoded = await decodeVenues(days);
  assert.ok(Object.values(decoded).every(({ bytes, seconds }) => bytes > 0 && seconds > 0));
  const lines = venueLinesOf([decoded], days);
  assert.deepEqual(lines.map(({ unit }) => unit), ["rows/s", "rows/s", "×", "rows/s", "×"]);
});

Deno.test("secondsUnder() is the program's own arithmetic: a second burst waits a window and its slack", () => {
  assert.equal(secondsUnder(EXCHANGE_QUOTA, 30), 0);
  assert.equal(secondsUnder(EXCHANGE_QUOTA, 60), 60.6);
});

Deno.test("median() is the middle value, or the lower one of two", () => {
  assert.equal(median([5, 1, 3, 2, 4]), 3);
  assert.equal(median([2, 1]), 1);
});

/** The total size of the files of a folder. */
function textIn(folder: string): string {
  return Array.from(Deno.readDirSync(folder), ({ name }) => {
    return gunzipSync(Deno.readFileSync(join(folder, name))).toString();
  }).join("");
}
