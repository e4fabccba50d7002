/** Python packages of exact versions, in folders of their own: outside of the checkout and of the system. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { isThere } from "../e2e/disk.ts";
import { startCommand } from "../e2e/harness.ts";
import { isPossible } from "../e2e/possible.ts";

/** A requirements file's name. Each release of Spark has a folder of its own, for they exclude one another. */
export type Packages = "analysis" | "mirror" | "spark-3.5" | "spark-4" | "spdx";

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
  const requirements = new URL(`requirements/${packages}.txt`, import.meta.url).pathname;
  const folder = join(cacheFolder(), `${packages}-${await fingerprint(requirements)}`);
  const failure = await install(requirements, folder);
  if (failure === null) return pythonIn(folder);
  console.log(`left out: packages of Python (${packages}): ${failure}`);
  return null;
}

/** Makes the folder what it should be, unless it is. Null, or what failed. */
async function install(requirements: string, folder: string): Promise<string | null> {
  Deno.mkdirSync(cacheFolder(), { recursive: true });
  using lock = Deno.openSync(`${folder}.lock`, { write: true, create: true });
  await lock.lock(true); // another run may be installing the same
  const complete = join(folder, "complete");
  if (isThere(complete)) return null;
  const failure = await failureOf("python3", "-m", "venv", "--clear", folder) ??
    await failureOf(pythonIn(folder), ...PIP_INSTALL, "--requirement", requirements);
  if (failure === null) Deno.writeTextFileSync(complete, "");
  return failure;
}

/** Null when the command succeeded; else the last line that it wrote. */
async function failureOf(...command: string[]): Promise<string | null> {
  await using program = startCommand(command, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const { code, signal, stdout, stderr } = await program.ended;
  if (code === 0) return null;
  return signal === null
    ? `${stdout}${stderr}`.trim().split("\n").at(-1)!
    : `ended by ${signal}: ${command.join(" ")}`;
}

/** Of what is to be installed, and of the Python that it is for. */
async function fingerprint(requirements: string): Promise<string> {
  await using program = startCommand(["python3", "-c", "import sys; print(sys.version, sys.base_prefix)"]);
  const { stdout } = await program.ended;
  const hash = createHash("sha256").update(stdout).update(Deno.readFileSync(requirements));
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
