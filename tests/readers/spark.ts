import { pythonWith } from "./environments.ts";
import { usualJava, versionOf } from "./javas.ts";

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
