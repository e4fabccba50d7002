/**
 * `deno run -A scripts/try_release.ts [ASSETS]`: the smoke test of every program that a release has for this machine, by
 * default the one in dist/bin/release. Ends with 1 at the first that does not work.
 */
import $ from "@david/dax";
import { BIN, ROOT } from "./release/product.ts";
import { programsIn } from "./release/programs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const assets = $.path(Deno.args[0] ?? BIN.join("release/assets")).resolve();
using temporary = temporaryFolder();
for (const { asset, path } of await programsIn(assets, $.path(temporary.path))) {
  console.log(asset);
  const { code } = await $`${Deno.execPath()} run --quiet -A ${ROOT.join("scripts/smoke.ts")} ${path}`
    .noThrow();
  if (code !== 0) Deno.exit(1);
}
