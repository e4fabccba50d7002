import { temporaryDirectory } from "../e2e/harness.ts";
import { hasPackages } from "../npm_packages.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { printedBy } from "./printed.ts";
import { fetchDays, maintainDays } from "./stores.ts";

/** Its script has a lock file of its own, for whoever only runs the program needs no 220 MB of Polars. */
const DENO = [Deno.execPath(), "run", "--quiet", "-A"];
const hasPolars = await hasPackages(new URL("npm", import.meta.url));
const READERS: Readonly<Record<string, ((dir: string) => Promise<Figures[]>) | null>> = {
  DuckDB: (dir) => Promise.all(WAYS.map((way) => duckdbFigures(dir, way))),
  Polars: hasPolars
    ? (dir) => printedBy<Figures[]>(DENO, "npm/polars_reader.js", WAYS.map((way) => pathOf(way, dir)))
    : null,
};

const STORES = {
  "two days of four venues": fetchDays,
  "a day that was adopted, and one that was repaired": maintainDays,
};

for (const [what, fill] of Object.entries(STORES)) {
  Deno.test(`readers of npm find every trade by the folder and by a glob: ${what}`, async (t) => {
    using dir = temporaryDirectory();
    await fill(dir.path);
    const expected = await duckdbFigures(dir.path);
    for (const [reader, read] of Object.entries(READERS)) {
      await t.step({
        name: reader,
        ignore: read === null,
        fn: async () => assertSameFigures(await read!(dir.path), expected),
      });
    }
  });
}
