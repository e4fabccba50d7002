import $, { type Path } from "@david/dax";
import { isFor } from "./elf.ts";
import { BAKED_FLAGS } from "./flags.ts";
import { ROOT, type Target } from "./product.ts";

/**
 * Deno's base binary is not available: no network, a wrong `DENORT_BIN`, or one for another machine. The message says
 * how to supply it.
 */
export class NoBaseBinary extends Error {
  override readonly name = "NoBaseBinary";
}

/**
 * The packages without the rest of deno.json: with its `lazy-dynamic-imports` Deno would leave out what is imported
 * dynamically, which is nearly everything.
 */
const PACKAGES = ["--no-config", "--import-map", "deno.json", "--lock", "deno.lock", "--frozen"];

/** What Deno says about its base binary. */
const DOWNLOAD_FAILED = /Setting up base binary/;
const NOT_FOUND = /Could not find denort at '.*'/;

/**
 * Compiles the program for `target` into the file `output`; returns what Deno says of what it embedded. Cycles run
 * in a thread whose module is main.ts, so that it needs no `--include`. Never `--minify`: it would drop `using`.
 * No code cache: it would be a file in /tmp that another user may have put there. Types are checked by `deno task test`.
 * Throws `NoBaseBinary`.
 */
export async function compile(target: Target, output: Path): Promise<string> {
  const options = [
    ...PACKAGES,
    "--no-check",
    "--exclude-unused-npm",
    "--no-code-cache",
    "--target",
    target,
    "--output",
    output,
  ];
  const { code, stderr } = await $`${Deno.execPath()} compile ${BAKED_FLAGS} ${options} main.ts`
    .cwd(ROOT).env({ NO_COLOR: "1", ...baseGiven(target) }).stderr("piped").noThrow();
  if (code === 0) return stderr;
  if (DOWNLOAD_FAILED.test(stderr)) throw new NoBaseBinary(adviceFor(target, "could not be downloaded"));
  const [notFound] = NOT_FOUND.exec(stderr) ?? [];
  throw notFound === undefined ? new Error(stderr) : new NoBaseBinary(adviceFor(target, notFound));
}

/**
 * The base that `DENORT_BIN` names; `{target}` in it stands for the target. Deno itself accepts any file, for any
 * machine.
 */
function baseGiven(target: Target): Record<string, string> {
  const given = Deno.env.get("DENORT_BIN")?.replaceAll("{target}", target);
  if (given === undefined) return {};
  const base = $.path(given);
  if (base.existsSync() && !isFor(target, base)) {
    throw new NoBaseBinary(adviceFor(target, `${given} is none for this machine`));
  }
  return { DENORT_BIN: given };
}

function adviceFor(target: Target, why: string): string {
  const version = Deno.version.deno;
  return `Deno's base binary for ${target} is missing (${why}): say where it is by DENORT_BIN=/path/to/denort-{target}, ` +
    `or put denort-${target}.zip of Deno ${version} into $DENO_DIR/dl/release/v${version}/`;
}
