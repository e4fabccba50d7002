import assert from "node:assert/strict";
import { startReplica } from "../../scripts/replica/server.ts";
import { withViews } from "../derive/judge.ts";
import { AMPLE_QUOTA, duckdb, runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { pythonWith } from "./environments.ts";
import { printedBy } from "./printed.ts";

const python = await pythonWith("analysis");

/** What a library reads; of each column of times the first and the last, in nanoseconds since 1970, and how many. */
interface QuoteFigures {
  readonly rows: number;
  readonly bid: number;
  readonly ask_quantity: number;
  readonly hours: number;
  readonly times: Readonly<Record<string, readonly [first: string, last: string, count: number]>>;
}

Deno.test({
  name: "readers of PyPI find every quote by the folder, with its times to the nanosecond",
  ignore: python === null,
  async fn(t) {
    const services = ["DGAT-pretrade", "DFRA-pretrade", "DEUR-pretradeOthers"];
    const quotes = services.map((service) => ({
      ...{ service, date: "2026-09-01", rows: 60, instruments: 20, minutes: { from: 590, until: 605 } },
      odd: true,
    }));
    await using replica = await startReplica({ days: [], quotes });
    using dir = temporaryDirectory();
    const fetch = ["fetch-quotes", ...services, "--api-url", replica.apiUrl, "--quota", AMPLE_QUOTA];
    assert.equal((await runProgram(["--wrk-dir", dir.path, ...fetch])).code, 0);
    const folder = dir.of("data/de/xetra/quotes");
    const expected = await figuresByNpm(folder);
    assert.ok(expected.rows > 1_000 && expected.hours === 6);
    const found = await printedBy<Record<string, QuoteFigures>>([python!, "-I"], "python/quotes_readers.py", [
      folder,
    ]);
    for (const [reader, figures] of Object.entries(found)) {
      await t.step(reader, () => assertSame(figures, expected));
    }
    await t.step("the views, by DuckDB of PyPI", async () => {
      const path = (await runProgram(["--wrk-dir", dir.path, "connect"])).stdout.trim();
      const rows = await printedBy<Record<string, number>>([python!, "-I"], "python/duckdb_quote_views.py", [
        path,
      ]);
      using db = await withViews(dir.path);
      for (const [view, count] of Object.entries(rows)) {
        assert.deepEqual([view, count], [view, Number(await db.value(`SELECT count(*) FROM ${view}`))]);
        assert.ok(count > 0, view);
      }
    });
  },
});

async function figuresByNpm(folder: string): Promise<QuoteFigures> {
  using db = await duckdb();
  const times = (name: string) =>
    `[min(epoch_ns(${name}))::VARCHAR, max(epoch_ns(${name}))::VARCHAR, count(${name})::VARCHAR]`;
  const [row] = await db.rows(
    `SELECT count(*)::INT AS rows, sum(bid) AS bid, sum(ask_quantity) AS ask_quantity,
      count(DISTINCT (venue, hour))::INT AS hours,
      to_json({ 'time': ${times("time")}, 'distribution_time': ${
      times("distribution_time")
    } })::VARCHAR AS times
    FROM read_parquet('${folder}/*/*/*/*/*/*.parquet', hive_partitioning = true)`,
  );
  const figures = Object.entries(JSON.parse(String(row.times)) as Record<string, string[]>)
    .map(([name, [first, last, count]]) => [name, [first, last, Number(count)]]);
  return { ...row, times: Object.fromEntries(figures) } as unknown as QuoteFigures;
}

/** Sums depend on the order in which they are added, by their last digits. */
function assertSame({ bid, ask_quantity, ...counted }: QuoteFigures, expected: QuoteFigures): void {
  const { bid: _, ask_quantity: __, ...counts } = expected;
  assert.deepEqual(counted, counts);
  assert.ok(Math.abs(bid / expected.bid - 1) < 1e-12, `${bid}`);
  assert.ok(Math.abs(ask_quantity / expected.ask_quantity - 1) < 1e-12, `${ask_quantity}`);
}
