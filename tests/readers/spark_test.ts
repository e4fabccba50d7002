import assert from "node:assert/strict";
import { temporaryDirectory } from "../e2e/harness.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { printedBy } from "./printed.ts";
import { pythonWithSpark, SPARK_RELEASES } from "./spark.ts";
import { STORES } from "./stores.ts";

/** What is read is asked of one Spark, for each takes seconds to start. */
interface Answer {
  /** What it said of the files when nothing was set; null when it read them. */
  readonly refusal: string | null;
  /** The last trading time of the first files as a TIMESTAMP of Spark's. */
  readonly latest: string;
  readonly figures: readonly Figures[];
}

for (const release of SPARK_RELEASES) {
  const python = await pythonWithSpark(release);
  Deno.test({
    name:
      `${release} refuses the times; told to take them as BIGINT, it finds every trade by the folder and by a glob`,
    ignore: python === null,
    async fn() {
      using folder = temporaryDirectory();
      const dirs = Object.keys(STORES).map((what) => folder.of(what.replaceAll(" ", "-")));
      for (const [i, fill] of Object.values(STORES).entries()) await fill(dirs[i]);
      const paths = dirs.flatMap((dir) => WAYS.map((way) => pathOf(way, dir)));
      const { refusal, latest, figures } = await printedBy<Answer>(
        [python!, "-I"],
        "python/spark_reader.py",
        paths,
      );
      const changed = "Spark reads nanoseconds now: what is written of it for users can be changed";
      assert.match(refusal ?? changed, /Illegal Parquet type: INT64 \(TIMESTAMP\(NANOS,false\)\)/);
      for (const [i, dir] of dirs.entries()) {
        const found = figures.slice(i * WAYS.length, (i + 1) * WAYS.length);
        assertSameFigures(found, await duckdbFigures(dir));
      }
      assert.equal(latest, microsecondsOf(figures[0].trading_date_time.last));
    },
  });
}

/** `2026-09-01 08:09:59.498115` for so many nanoseconds since 1970. */
function microsecondsOf(nanoseconds: string): string {
  const instant = Temporal.Instant.fromEpochNanoseconds(BigInt(nanoseconds));
  return instant.toString({ smallestUnit: "microsecond" }).replace("T", " ").replace("Z", "");
}
