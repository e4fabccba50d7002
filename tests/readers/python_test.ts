import assert from "node:assert/strict";
import { withViews } from "../derive/judge.ts";
import { runProgram, temporaryDirectory } from "../e2e/harness.ts";
import { pythonWith } from "./environments.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { printedBy } from "./printed.ts";
import { fetchTidyDay, STORES } from "./stores.ts";

const python = await pythonWith("analysis");

for (const [what, fill] of Object.entries(STORES)) {
  Deno.test({
    name: `readers of PyPI find every trade by the folder and by a glob: ${what}`,
    ignore: python === null,
    async fn(t) {
      using dir = temporaryDirectory();
      await fill(dir.path);
      const expected = await duckdbFigures(dir.path);
      const paths = WAYS.map((way) => pathOf(way, dir.path));
      for (const reader of ["pandas", "pyarrow", "polars", "duckdb"]) {
        await t.step(reader, async () => {
          const script = `python/${reader}_reader.py`;
          assertSameFigures(await printedBy<Figures[]>([python!, "-I"], script, paths), expected);
        });
      }
    },
  });
}

Deno.test({
  name: "the views are understood by DuckDB of PyPI as by that of npm, whose versions differ",
  ignore: python === null,
  async fn() {
    using dir = temporaryDirectory();
    await STORES["two days of four venues"](dir.path);
    const venues = ["DETR", "DFRA", "DGAT", "DEUR"];
    assert.equal((await runProgram(["--wrk-dir", dir.path, "bars", ...venues, "--all"])).code, 0);
    const path = (await runProgram(["--wrk-dir", dir.path, "connect"])).stdout.trim();
    const found = await printedBy<Record<string, number>>([python!, "-I"], "python/duckdb_views.py", [path]);
    using db = await withViews(dir.path);
    for (const [asked, rows] of Object.entries(found)) {
      assert.deepEqual([asked, rows], [asked, Number(await db.value(`SELECT count(*) FROM ${asked}`))]);
      assert.ok(rows > 0, asked);
    }
  },
});

Deno.test({
  name: "pandas needs pyarrow: by fastparquet it reads other trading times, all of them, and raises nothing",
  ignore: python === null,
  async fn() {
    using dir = temporaryDirectory();
    const partition = await fetchTidyDay(dir.path);
    const [{ rows, misread }] = await printedBy<{ rows: number; misread: number }[]>(
      [python!, "-I"],
      "python/fastparquet_reader.py",
      [partition],
    );
    assert.equal(rows, 1_000);
    const mended = "fastparquet reads trading times now: what is written of it for users can be changed";
    assert.equal(misread, rows, mended);
  },
});
