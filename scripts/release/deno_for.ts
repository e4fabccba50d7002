import $, { type Path } from "@david/dax";
import { npmCache } from "./npm_cache.ts";
import { ROOT, type Target } from "./product.ts";

/** Has its own packages, with their digests, so that nothing else downloads them. */
const MACHINES: Path = ROOT.join("scripts/release/machines");
/** npm's packages of Deno. */
const PACKAGES: Readonly<Record<Target, string>> = {
  "x86_64-unknown-linux-gnu": "@deno/linux-x64-glibc",
  "aarch64-unknown-linux-gnu": "@deno/linux-arm64-glibc",
};

/**
 * Where Deno for a machine lies, in the version that runs this: itself, or npm's, which is downloaded when it is not
 * cached (30 MB). Throws what Deno says when it cannot be downloaded.
 */
export async function denoFor(target: Target): Promise<Path> {
  if (target === Deno.build.target) return $.path(Deno.execPath());
  const [name, version] = [PACKAGES[target], Deno.version.deno];
  await $`${Deno.execPath()} cache --quiet npm:${name}@${version}`.cwd(MACHINES);
  return (await npmCache()).join(name, version, "deno");
}
