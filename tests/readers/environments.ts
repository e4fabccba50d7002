/** Python packages of exact versions, in folders of their own: outside of the checkout and of the system. */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { isThere } from "../e2e/disk.ts";
import { startCommand } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";

/** A requirements file's name. Each release of Spark has a folder of its own, for they exclude one another. */
export type Packages = "analysis" | "delta" | "duckdb-lake" | "mirror" | "spark-3.5" | "spark-4" | "spdx";

/** Enough to download the 450 MB of `spark-4` at 1 MB a second. */
const PATIENCE_MS = 10 * 60_000;

/** pip asks the registry anew, but not for minutes where there is none. */
const PIP_INSTALL = ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--retries=1", "--timeout=15"];

/**
 * The Python that has these packages. The first call installs them, which takes 10 to 25 s and 0.4 to 0.6 GB; later
 * ones find them in the user's cache. Null where that cannot be, after a line that says why.
 */
export async function pythonWith(packages: Packages): Promise<string | null> {
  if (!await isPossible("python3", "-c", "import ensurepip, venv")) {
    console.log(`left out: packages of Python (${packages}): there is no python3 with venv here`);
    return null;
  }
  const folder = join(cacheFolder(), `${packages}-${await fingerprint(packages)}`);
  const failure = await madeOnce(folder, () => install(packages, folder));
  if (failure === null) return pythonIn(folder);
  console.log(`left out: packages of Python (${packages}): ${failure}`);
  return null;
}

/** The jars of the environment of a Python, which Spark is to load: their paths, separated by commas. */
export function jarsOf(python: string): string {
  const folder = join(dirname(dirname(python)), IVY, "jars");
  return [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name)).join();
}

/** Where Spark keeps the jars that it downloads. */
const IVY = "ivy";

/** The file of an environment's packages, of pip or of Maven; null when it has none. */
function requirementsOf(packages: Packages, kind: "txt" | "jars"): string | null {
  const path = new URL(`requirements/${packages}.${kind}`, import.meta.url).pathname;
  return isThere(path) ? path : null;
}

/** Makes a folder of the cache what it should be, unless it is. Null, or what failed. */
export async function madeOnce(folder: string, make: () => Promise<string | null>): Promise<string | null> {
  Deno.mkdirSync(cacheFolder(), { recursive: true });
  using lock = Deno.openSync(`${folder}.lock`, { write: true, create: true });
  await lock.lock(true); // another run may be making the same
  const complete = join(folder, "complete");
  if (isThere(complete)) return null;
  const failure = await make();
  if (failure === null) Deno.writeTextFileSync(complete, "");
  return failure;
}

async function install(packages: Packages, folder: string): Promise<string | null> {
  return await failureOf("python3", "-m", "venv", "--clear", folder) ??
    await failureOf(pythonIn(folder), ...PIP_INSTALL, "--requirement", requirementsOf(packages, "txt")!) ??
    await installJars(requirementsOf(packages, "jars"), folder);
}

/** Spark downloads what it is told to load before it runs a program, here one that does nothing. */
async function installJars(requirements: string | null, folder: string): Promise<string | null> {
  if (requirements === null) return null;
  const jars = Deno.readTextFileSync(requirements).trim().split("\n").join();
  const nothing = join(folder, "nothing.py");
  Deno.writeTextFileSync(nothing, "");
  const env = ["env", "-u", "SPARK_HOME", `PATH=${join(folder, "bin")}:${Deno.env.get("PATH")}`];
  const ivy = ["--conf", `spark.jars.ivy=${join(folder, IVY)}`];
  return await failureOf(...env, join(folder, "bin/spark-submit"), "--packages", jars, ...ivy, nothing);
}

/** Null when the command succeeded; else the last line that it wrote. */
export async function failureOf(...command: string[]): Promise<string | null> {
  await using program = startCommand(command, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { code, signal, stdout, stderr } = await program.ended;
  if (code === 0) return null;
  return signal === null
    ? `${stdout}${stderr}`.trim().split("\n").at(-1)!
    : `ended by ${signal}: ${command.join(" ")}`;
}

/** Of what is to be installed, and of the Python that it is for. */
async function fingerprint(packages: Packages): Promise<string> {
  await using program = startCommand(["python3", "-c", "import sys; print(sys.version, sys.base_prefix)"]);
  const { stdout } = await program.ended;
  const hash = createHash("sha256").update(stdout);
  for (const kind of ["txt", "jars"] as const) {
    const path = requirementsOf(packages, kind);
    if (path !== null) hash.update(Deno.readFileSync(path));
  }
  return hash.digest("hex").slice(0, 12);
}

function pythonIn(folder: string): string {
  return join(folder, "bin/python");
}

/** Where what takes long to make is kept for the next run. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, HOME } = Deno.env.toObject();
  const base = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : "/var/tmp");
  return join(base, "xetra-parqed-tests");
}
