import { temporaryDirectory } from "../e2e/harness.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { printedBy } from "./printed.ts";
import { STORES } from "./stores.ts";

/** Its script has a lock file of its own, for whoever only runs the program needs no 220 MB of Polars. */
const DENO = [Deno.execPath(), "run", "--quiet", "-A"];
const READERS = {
  DuckDB: (dir: string) => Promise.all(WAYS.map((way) => duckdbFigures(dir, way))),
  Polars: (dir: string) =>
    printedBy<Figures[]>(DENO, "npm/polars_reader.js", WAYS.map((way) => pathOf(way, dir))),
};

for (const [reader, read] of Object.entries(READERS)) {
  for (const [what, fill] of Object.entries(STORES)) {
    Deno.test(`${reader} of npm finds every trade by the folder and by a glob: ${what}`, async () => {
      using dir = temporaryDirectory();
      await fill(dir.path);
      assertSameFigures(await read(dir.path), await duckdbFigures(dir.path));
    });
  }
}
