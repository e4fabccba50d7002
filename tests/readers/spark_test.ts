import assert from "node:assert/strict";
import { basename } from "node:path";
import { temporaryDirectory } from "../e2e/harness.ts";
import { jarsOf, pythonWith } from "./environments.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { growLake, type GrownLake, type Held, type OfDatasets } from "./lakes.ts";
import { printedBy } from "./printed.ts";
import { pythonWithSpark, SPARK_RELEASES } from "./spark.ts";
import { STORES } from "./stores.ts";

/** What is read is asked of one Spark, for each takes seconds to start. */
interface Answer {
  readonly version: string;
  /** What it said of the files when nothing was set; null when it read them. */
  readonly refusal: string | null;
  /** The last trading time of the first files as a TIMESTAMP of Spark's. */
  readonly latest: string;
  readonly figures: readonly Figures[];
  readonly lake: {
    /** How many rows differ from the stored ones, by where they were read. */
    readonly differences: OfDatasets<Readonly<Record<string, number>>>;
    readonly snapshots: OfDatasets<readonly Held[]>;
    readonly bars: number;
    /** The trades that a query counts that was planned before the files were replaced; null if it failed. */
    readonly exportedMeanwhile: number | null;
  };
}

for (const release of SPARK_RELEASES) {
  const spark = await pythonWithSpark(release);
  const python = spark === null ? null : await pythonWith("analysis"); // it registers the lake
  Deno.test({
    name:
      `${release} refuses the times; told to take them as BIGINT, it finds every trade by the folder and by a glob; of a ` +
      "lake it finds each, and each quote, to the nanosecond, by its folder and by Iceberg, whose snapshot before is as it was",
    ignore: python === null,
    async fn() {
      using folder = temporaryDirectory();
      const dirs = Object.keys(STORES).map((what) => folder.of(what.replaceAll(" ", "-")));
      for (const [i, fill] of Object.values(STORES).entries()) await fill(dirs[i]);
      const paths = dirs.flatMap((dir) => WAYS.map((way) => pathOf(way, dir)));
      using grown = await growLake(python!);
      const jars = jarsOf(spark!);
      const question = JSON.stringify({ ...grown, paths, jars });
      const { version, refusal, latest, figures, lake } = await printedBy<Answer>(
        [spark!, "-I"],
        "python/spark_reader.py",
        [question],
      );
      const changed = "Spark reads nanoseconds now: what is written of it for users can be changed";
      assert.match(refusal ?? changed, /Illegal Parquet type: INT64 \(TIMESTAMP\(NANOS,false\)\)/);
      for (const [i, dir] of dirs.entries()) {
        const found = figures.slice(i * WAYS.length, (i + 1) * WAYS.length);
        assertSameFigures(found, await duckdbFigures(dir));
      }
      assert.equal(latest, microsecondsOf(figures[0].trading_date_time.last));
      console.log(`Spark ${version} with ${jars.split(",").map((path) => basename(path)).join(" and ")}`);
      assertSameLake(lake, grown);
    },
  });
}

function assertSameLake(
  { differences, snapshots, bars, exportedMeanwhile }: Answer["lake"],
  { held }: GrownLake,
): void {
  for (const dataset of ["trades", "quotes"] as const) {
    const none = { folder: 0, [`lake.xetra.${dataset}`]: 0, [`own.xetra.${dataset}`]: 0 };
    assert.deepEqual(differences[dataset], none);
  }
  assert.deepEqual(snapshots, held);
  assert.ok(bars > 100);
  console.log(
    `a query while files are replaced: ${exportedMeanwhile ?? "fails"}, of ${JSON.stringify(held.trades)}`,
  );
  assert.ok([null, ...held.trades.map(({ rows }) => rows)].includes(exportedMeanwhile));
}

/** `2026-09-01 08:09:59.498115` for so many nanoseconds since 1970. */
function microsecondsOf(nanoseconds: string): string {
  const instant = Temporal.Instant.fromEpochNanoseconds(BigInt(nanoseconds));
  return instant.toString({ smallestUnit: "microsecond" }).replace("T", " ").replace("Z", "");
}
