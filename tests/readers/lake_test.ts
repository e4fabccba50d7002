import assert from "node:assert/strict";
import { pythonWith } from "./environments.ts";
import { growLake, type GrownLake, type Held, type OfDatasets } from "./lakes.ts";
import { printedBy } from "./printed.ts";

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

Deno.test({
  name:
    "of a lake readers find each stored trade and quote, to the nanosecond, by its folder, by Iceberg, whose snapshot " +
    "before is as it was, by DuckLake and by Delta",
  ignore: python === null,
  async fn(t) {
    using grown = await growLake(python!);
    const paths = [grown.stored, grown.lake, grown.warehouse];
    await t.step("DuckDB, pandas, Polars, pyarrow and PyIceberg", async () => {
      const answer = await printedBy<AnswerWithBars>([python!, "-I"], "python/lake_reader.py", paths);
      assertSameLake(answer, grown, 6);
      assert.equal(Object.keys(answer.bars).length, 2);
      for (const { rows, files } of Object.values(answer.bars)) assert.ok(files === 8 && rows > 100);
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
  },
});
