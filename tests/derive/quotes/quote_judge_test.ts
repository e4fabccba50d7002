import assert from "node:assert/strict";
import fc from "fast-check";
import { startReplica } from "../../../scripts/replica/server.ts";
import { AMPLE_QUOTA, type Database, runProgram, temporaryDirectory } from "../../e2e/harness.ts";
import { withViews } from "../judge.ts";
import { assertQuotesAgree } from "./quote_judge.ts";
import { trade } from "../../store/trades.ts";
import { blocks, PAGES } from "../../pages.ts";
import { publishRows } from "../stores.ts";
import { publishQuotes } from "./quote_stores.ts";
import { DAY, HOURS, instrumentQuotes } from "./quote_stories.ts";

/** How many files a query reads, as DuckDB's plan says. */
async function filesRead(db: Database, query: string): Promise<number> {
  const plan = String((await db.rows(`EXPLAIN ANALYZE ${query}`))[0].explain_value);
  return Number(/Scanning Files:\s+(\d+)\//.exec(plan)?.[1] ?? assert.fail(plan));
}

Deno.test("DuckDB's own SQL fills made-up quotes forward as the program does, in every column and row", async () => {
  using dir = temporaryDirectory();
  const isins = Array.from({ length: 600 }, (_, i) => `XX${String(i).padStart(10, "0")}`);
  const rows = isins.flatMap((isin, i) => fc.sample(instrumentQuotes(isin), { numRuns: 1, seed: i })[0]);
  await publishQuotes(dir.path, "DEUR", rows);
  const counts = await assertQuotesAgree(dir.path, "DEUR", DAY, "2026-09-01 06:34:00.000000001");
  assert.ok(counts.every((count) => count > 100), counts.join(" "));
  await assertQuotesAgree(dir.path, "DEUR", DAY, "2026-09-01 07:00:00");
  await assertQuotesAgree(dir.path, "DEUR", "2026-08-31", "2026-08-31 21:30:00");
});

Deno.test("the same of the replica's oddest hours of four venues, as fetch-quotes stores them; bonds that are withdrawn at 17:30 have closing marks", async () => {
  const services = ["DGAT-pretrade", "DETR-pretrade", "DFRA-pretrade", "DEUR-pretradeOthers"];
  const minutes = { from: 14 * 60 + 50, until: 15 * 60 + 35 }; // UTC: to 17:35 in Frankfurt
  const quotes = services.map((service) => ({
    ...{ service, date: DAY, rows: 90, instruments: 40, minutes },
    odd: true,
  }));
  await using replica = await startReplica({ days: [], quotes });
  using dir = temporaryDirectory();
  const fetch = [...services, "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
  assert.equal((await runProgram(["--wrk-dir", dir.path, "fetch-quotes", ...fetch])).code, 0);
  for (const venue of ["DGAT", "DETR", "DFRA", "DEUR"]) {
    const [changes, close, at] = await assertQuotesAgree(dir.path, venue, DAY, "2026-09-01 15:10:00");
    assert.ok(changes > 800 && close > 0 && at > 0, `${venue}: ${changes} ${close} ${at}`);
  }
  using db = await withViews(dir.path);
  const bonds = "venue = 'DFRA' AND price_notation = 2";
  const withdrawn =
    `marks_at('2026-09-01 15:34:00') WHERE ${bonds} AND bid_kind = 'withdrawn' AND ask_kind = 'withdrawn'`;
  assert.ok(Number(await db.value(`SELECT count(*) FROM ${withdrawn}`)) > 0);
  assert.ok(Number(await db.value(`SELECT count(*) FROM marks WHERE ${bonds}`)) > 0);
});

Deno.test("a trading day or a time in a query keeps DuckDB from opening the hours of other days", async () => {
  using dir = temporaryDirectory();
  const row = { isin: "XX0000000000", time: "2026-09-01T06:34:00Z", bid: 1 };
  await publishQuotes(dir.path, "DGAT", HOURS.map((hour) => ({ hour, row })));
  using db = await withViews(dir.path);
  for (const asked of ["quotes", "quotes_filled", "marks"]) {
    assert.equal(await filesRead(db, `FROM ${asked} WHERE trading_day = '${DAY}'`), 4, asked);
  }
  assert.equal(await filesRead(db, "FROM quotes WHERE published_hour < '2026-09-01'"), 2);
  assert.equal(await filesRead(db, "FROM marks_at('2026-08-31 21:10:00')"), 1);
});

Deno.test("the SQL of the page of quotes runs as it stands there", async () => {
  using dir = temporaryDirectory();
  const time = "2026-09-01T06:34:00Z";
  const isin = "DE0007164600";
  await publishQuotes(dir.path, "DGAT", [{
    hour: "2026-09-01T06",
    row: { isin, time, bid: 99.9, price_currency: "EUR" },
  }]);
  const traded = trade({ isin, trading_date_time: "2026-09-01T06:35:00Z", price_currency: "EUR" });
  await publishRows(dir.path, "DGAT", [{ date: DAY, row: traded }]);
  using db = await withViews(dir.path);
  const [asof] = blocks(PAGES.get("dist/doc/quotes.md")!, "sql");
  assert.deepEqual((await db.rows(asof)).map(({ price, bid, bid_age }) => [price, bid, bid_age]), [[
    100.5,
    99.9,
    60,
  ]]);
});
