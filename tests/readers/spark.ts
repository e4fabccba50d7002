import { startCommand } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";
import { pythonWith } from "./environments.ts";

/** The releases that are tried, each with the versions of Java that its documentation names. */
const JAVAS = { "spark-3.5": [11, 17], "spark-4": [17, 21] } as const;
export type SparkRelease = keyof typeof JAVAS;
export const SPARK_RELEASES = Object.keys(JAVAS) as SparkRelease[];

/** The Python that has a release of Spark; null where it or its Java cannot be had, after a line that says why. */
export async function pythonWithSpark(release: SparkRelease): Promise<string | null> {
  const java = await javaVersion();
  if (JAVAS[release].some((version) => version === java)) return await pythonWith(release);
  console.log(`left out: ${release} needs Java ${JAVAS[release].join(" or ")}, here it is ${java ?? "none"}`);
  return null;
}

/** The version of the Java that Spark starts, such as 17; null when there is none. */
async function javaVersion(): Promise<number | null> {
  const home = Deno.env.get("JAVA_HOME");
  const command = home ? `${home}/bin/java` : "java";
  if (!await isPossible(command, "-version")) return null;
  await using program = startCommand([command, "-version"]);
  return Number(/version "(\d+)/.exec((await program.ended).stderr)?.[1]);
}
