import assert from "node:assert/strict";
import { withViews } from "../derive/judge.ts";
import { runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { pythonWith } from "./environments.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { growLake, type GrownLake, type Held, type OfDatasets } from "./lakes.ts";
import { printedBy } from "./printed.ts";
import { assertSparkReads, pythonWithSpark, SPARK_RELEASES } from "./spark.ts";
import { maintainDays } from "./stores.ts";

/** What readers found in a lake. */
interface Answer {
  /** How many rows differ from the stored ones, by reader with its version. */
  readonly differences: OfDatasets<Readonly<Record<string, number>>>;
  /** Of Iceberg's tables. */
  readonly snapshots: OfDatasets<readonly Held[]>;
}

/** The same, of a script that looks at the bars as well. */
interface AnswerWithBars extends Answer {
  readonly bars: Readonly<Record<string, { readonly rows: number; readonly files: number }>>;
}

const python = await pythonWith("analysis");
const duckdb = python === null ? null : await pythonWith("duckdb-lake");
const delta = python === null ? null : await pythonWith("delta");
const sparks: (string | null)[] = [];
for (const release of SPARK_RELEASES) sparks.push(python === null ? null : await pythonWithSpark(release));
const PAGE = new URL("../../dist/doc/lake.md", import.meta.url).pathname;

function assertSameLake({ differences, snapshots }: Answer, { held }: GrownLake, readers: number): void {
  for (const dataset of ["trades", "quotes"] as const) {
    const found = differences[dataset];
    console.log(`${held[dataset].at(-1)!.rows} ${dataset}, read by ${Object.keys(found).join("; ")}`);
    assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((reader) => [reader, 0])));
    assert.equal(Object.keys(found).length, readers);
  }
  assert.deepEqual(snapshots, held);
}

/** The views are understood by DuckDB of PyPI as by that of npm, whose versions differ. */
async function assertSameViews(dir: string): Promise<void> {
  const path = (await runProgram(["--wrk-dir", dir, "connect"])).stdout.trim();
  const found = await printedBy<Record<string, number>>([python!, "-I"], "python/duckdb_views.py", [path]);
  using db = await withViews(dir);
  for (const [asked, rows] of Object.entries(found)) {
    assert.deepEqual([asked, rows], [asked, Number(await db.value(`SELECT count(*) FROM ${asked}`))]);
    assert.ok(rows > 0, asked);
  }
}

Deno.test({
  name:
    "of a month of four venues readers find each stored trade, and each quote, to the nanosecond: in the stored folders; in a " +
    "lake by its folder, by Iceberg, whose snapshot before is as it was, by DuckLake and by Delta",
  ignore: python === null,
  async fn(t) {
    using grown = await growLake(python!);
    const paths = [grown.stored, grown.lake, grown.warehouse];
    for (const reader of ["pandas", "pyarrow", "polars", "duckdb"]) {
      await t.step(`${reader}, the stored folders`, async () => {
        const stored = WAYS.map((way) => pathOf(way, grown.dir));
        const found = await printedBy<Figures[]>([python!, "-I"], `python/${reader}_reader.py`, stored);
        assertSameFigures(found, await duckdbFigures(grown.dir));
      });
    }
    await t.step("DuckDB of PyPI, the views", () => assertSameViews(grown.dir));
    await t.step("DuckDB, pandas, Polars, pyarrow and PyIceberg", async () => {
      const answer = await printedBy<AnswerWithBars>([python!, "-I"], "python/lake_reader.py", paths);
      assertSameLake(answer, grown, 6);
      assert.equal(Object.keys(answer.bars).length, 2);
      for (const { rows, files } of Object.values(answer.bars)) assert.ok(files === 8 && rows > 1_000);
    });
    await t.step({
      name: "DuckDB's extensions for Iceberg and DuckLake",
      ignore: duckdb === null,
      async fn() {
        const answer = await printedBy<Answer>([duckdb!, "-I"], "python/duckdb_lake_reader.py", paths);
        assertSameLake(answer, grown, 2);
      },
    });
    await t.step({
      name: "Delta tables, made by delta-rs as the page says, whose version before is as it was",
      ignore: delta === null,
      async fn() {
        const lakes = [PAGE, grown.stored, grown.before, grown.lake];
        assertSameLake(await printedBy<Answer>([delta!, "-I"], "python/delta_reader.py", lakes), grown, 2);
      },
    });
    using maintained = temporaryDirectory();
    if (sparks.some((spark) => spark !== null)) await maintainDays(maintained.path);
    for (const [i, release] of SPARK_RELEASES.entries()) {
      await t.step({
        name: `${release}, which takes stored times as BIGINT, both folders and Iceberg`,
        ignore: sparks[i] === null,
        fn: () => assertSparkReads(sparks[i]!, [grown.dir, maintained.path], grown),
      });
    }
  },
});
