import type { Path } from "@david/dax";
import { bundle, type BundledFile, MAIN, packagesIn } from "../release/bundle.ts";
import { compile, NoBaseBinary } from "../release/compile.ts";
import { denoFor } from "../release/deno_for.ts";
import { BAKED_FLAGS, ENVIRONMENT } from "../release/flags.ts";
import type { Target } from "../release/product.ts";
import type { PackageFile } from "./files.ts";

const LAUNCHER = Deno.readTextFileSync(new URL("launcher.sh", import.meta.url));
const COMMAND = "usr/bin/xetra-parqed";
const LIBRARY = "usr/lib/xetra-parqed";

/** The program in a package. */
export interface PackagedProgram {
  readonly files: readonly PackageFile[];
  /** What it is, in words. */
  readonly kind: string;
  /** The packages of npm that are in it, `commander/15.1.0`. */
  readonly packages: readonly string[];
}

/**
 * The program for a machine: compiled where Deno's base binary is at hand, else Deno, the bundled program, and a script
 * that runs them as they lie there. `scratch` takes what is compiled.
 */
export async function packagedProgram(target: Target, scratch: Path): Promise<PackagedProgram> {
  const app = await bundle();
  const packages = packagesIn(app);
  const compiled = scratch.join("xetra-parqed");
  try {
    await compile(target, compiled);
    return { files: [{ path: COMMAND, content: compiled, mode: 0o755 }], kind: "compiled", packages };
  } catch (error) {
    if (!(error instanceof NoBaseBinary)) throw error;
    const kind = `not compiled, but with Deno as it is (${error.message})`;
    return { files: withDeno(await denoFor(target), app), kind, packages };
  }
}

function withDeno(deno: Path, app: readonly BundledFile[]): PackageFile[] {
  const [denoPath, appPath] = [`${LIBRARY}/xetra-parqed`, `${LIBRARY}/app`];
  return [
    { path: COMMAND, content: launcher(`/${denoPath}`, `/${appPath}/${MAIN}`), mode: 0o755 },
    { path: denoPath, content: deno, mode: 0o755 },
    ...app.map(({ name, content }) => ({ path: `${appPath}/${name}`, content })),
  ];
}

function launcher(deno: string, app: string): string {
  const flags = BAKED_FLAGS.map((flag) => `'${flag}'`).join(" ");
  const facts = { ENVIRONMENT, FLAGS: flags, DENO: deno, APP: app };
  return Object.entries(facts).reduce((text, [name, fact]) => text.replaceAll(`@${name}@`, fact), LAUNCHER);
}
