/** DuckDB as the judge: the views of `dist/sql/quotes.sql`, written apart from the program, against what it reads. */
import assert from "node:assert/strict";
import type { PlainRow } from "../../../src/derive/plain_rows.ts";
import { closingQuotes } from "../../../src/derive/quotes/closing_quotes.ts";
import { QUOTE_COLUMNS } from "../../../src/derive/quotes/quote_rows.ts";
import { quotesAt } from "../../../src/derive/quotes/quotes_at.ts";
import { changesWithin } from "../../../src/derive/quotes/quotes_between.ts";
import { type Database, temporaryDirectory } from "../../e2e/harness.ts";
import { withViews } from "../judge.ts";
import { readDay } from "./quote_stores.ts";

const FOREVER = { from: -(2n ** 63n), to: 2n ** 63n };

/**
 * Asserts that the program and the views make the same of a stored trading day, in every column and row: each change, the
 * close, and a time, which is given in UTC. Returns how many rows there are of each.
 */
export async function assertQuotesAgree(
  dir: string,
  venue: string,
  day: string,
  time: string,
): Promise<number[]> {
  using db = await withViews(dir);
  const rows = await readDay(dir, venue, day, (files) => changesWithin(files, FOREVER));
  await assertSame(db, `quotes_filled ${ofDay(venue, day)}`, rows);
  return [rows.length, ...await assertMarksAgree(dir, venue, day, time)];
}

/** The same without the changes, which are many on a whole day. */
export async function assertMarksAgree(
  dir: string,
  venue: string,
  day: string,
  time: string,
): Promise<number[]> {
  using db = await withViews(dir);
  const at = Temporal.Instant.from(`${time}Z`).epochNanoseconds;
  const close = await readDay(dir, venue, day, closingQuotes);
  await assertSame(db, `marks ${ofDay(venue, day)}`, close);
  const timed = await readDay(dir, venue, day, (files) => quotesAt(files, at));
  await assertSame(db, `marks_at('${time}') ${ofDay(venue, day)}`, timed);
  return [close.length, timed.length];
}

function ofDay(venue: string, day: string): string {
  return `WHERE venue = '${venue}' AND trading_day = '${day}'`;
}

/** Asserts that rows of ours are those of a view, as often as they are there. */
async function assertSame(db: Database, view: string, rows: readonly PlainRow[]): Promise<void> {
  using folder = temporaryDirectory();
  Deno.writeTextFileSync(folder.of("rows.json"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const columns = QUOTE_COLUMNS.join(", ");
  await db.rows(`CREATE OR REPLACE TABLE judged AS SELECT ${columns} FROM ${view}`);
  await db.rows("CREATE OR REPLACE TABLE ours AS FROM judged LIMIT 0");
  const texts = QUOTE_COLUMNS.map((name) => `'${name}': 'VARCHAR'`).join(", ");
  if (rows.length > 0) {
    await db.rows(
      `INSERT INTO ours SELECT COLUMNS(*)::VARCHAR FROM (SELECT * REPLACE (${withoutZone()}) FROM read_json(` +
        `'${folder.of("rows.json")}', format = 'newline_delimited', columns = {${texts}}))`,
    );
  }
  for (const [one, other] of [["judged", "ours"], ["ours", "judged"]]) {
    const only = await db.rows(`FROM (FROM ${one} EXCEPT ALL FROM ${other}) ORDER BY ALL LIMIT 3`);
    assert.deepEqual(only, [], `only ${one}: ${view}`);
  }
}

function withoutZone(): string {
  return ["time", "bid_time", "ask_time"].map((name) => `replace(${name}, 'Z', '') AS ${name}`).join(", ");
}
