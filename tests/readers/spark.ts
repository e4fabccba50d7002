import assert from "node:assert/strict";
import { basename } from "node:path";
import { jarsOf, pythonWith } from "./environments.ts";
import { assertSameFigures, duckdbFigures, type Figures, pathOf, WAYS } from "./figures.ts";
import { usualJava, versionOf } from "./javas.ts";
import type { GrownLake, Held, OfDatasets } from "./lakes.ts";
import { printedBy } from "./printed.ts";

/** The releases that are tried, each with the versions of Java that its documentation names. */
const JAVAS = { "spark-3.5": [11, 17], "spark-4": [17, 21] } as const;
export type SparkRelease = keyof typeof JAVAS;
export const SPARK_RELEASES = Object.keys(JAVAS) as SparkRelease[];

/** The Python that has a release of Spark; null where it or its Java cannot be had, after a line that says why. */
export async function pythonWithSpark(release: SparkRelease): Promise<string | null> {
  const java = await versionOf(usualJava());
  if (JAVAS[release].some((version) => version === java)) return await pythonWith(release);
  console.log(`left out: ${release} needs Java ${JAVAS[release].join(" or ")}, here it is ${java ?? "none"}`);
  return null;
}

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
    /** The trades that a query counts that was planned before the files were replaced, null if it failed; before and after. */
    readonly exportedMeanwhile: { readonly found: number | null; readonly states: readonly number[] };
  };
}

/**
 * Asserts that a release refuses the times of stored files; told to take them as BIGINT, finds every trade in these working
 * directories by the folder and by a glob; and what it must find in a lake.
 *
 * @param spark the Python that has it
 */
export async function assertSparkReads(
  spark: string,
  dirs: readonly string[],
  grown: GrownLake,
): Promise<void> {
  const paths = dirs.flatMap((dir) => WAYS.map((way) => pathOf(way, dir)));
  const jars = jarsOf(spark);
  const { version, refusal, latest, figures, lake } = await printedBy<Answer>(
    [spark, "-I"],
    "python/spark_reader.py",
    [JSON.stringify({ ...grown, paths, jars })],
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
  const { found, states } = exportedMeanwhile;
  console.log(`a query while files are replaced: ${found ?? "fails"}, of ${states.join(" and ")}`);
  assert.ok(states[0] < states[1] && [null, ...states].includes(found));
}

/** `2026-09-01 08:09:59.498115` for so many nanoseconds since 1970. */
function microsecondsOf(nanoseconds: string): string {
  const instant = Temporal.Instant.fromEpochNanoseconds(BigInt(nanoseconds));
  return instant.toString({ smallestUnit: "microsecond" }).replace("T", " ").replace("Z", "");
}
