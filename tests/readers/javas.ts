/** The Javas of this machine. */
import { startCommand } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";

/** Where Debian's and Adoptium's packages put them. */
const FOLDER = "/usr/lib/jvm";

/** The Java that others start: that of JAVA_HOME, or the one in the path. */
export function usualJava(): string {
  const home = Deno.env.get("JAVA_HOME");
  return home ? `${home}/bin/java` : "java";
}

/** The version of a Java, such as 17; null when there is none. */
export async function versionOf(java: string): Promise<number | null> {
  if (!await isPossible(java, "-version")) return null;
  await using program = startCommand([java, "-version"]);
  return Number(/version "(\d+)/.exec((await program.ended).stderr)?.[1]);
}

/** A Java of at least this version; null when there is none. */
export async function javaOf(least: number): Promise<string | null> {
  for (const java of [usualJava(), ...installed()]) {
    const version = await versionOf(java);
    if (version !== null && version >= least) return java;
  }
  return null;
}

function installed(): string[] {
  try {
    return [...Deno.readDirSync(FOLDER)].filter(({ isFile }) => !isFile)
      .map(({ name }) => `${FOLDER}/${name}/bin/java`).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
