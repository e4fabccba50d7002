import assert from "node:assert/strict";
import { temporaryDirectory } from "../e2e/harness.ts";
import { pythonWith } from "./environments.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { printedBy } from "./printed.ts";
import { fetchTidyDay, maintainDays } from "./stores.ts";

const python = await pythonWith("analysis");

Deno.test({
  name: "readers of PyPI find every trade of a day that was adopted, and of one that was repaired",
  ignore: python === null,
  async fn(t) {
    using dir = temporaryDirectory();
    await maintainDays(dir.path);
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
