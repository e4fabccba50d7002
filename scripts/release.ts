/**
 * `deno task release TAG`: all that a release consists of, in dist/bin/release/. TAG must be v and deno.json's version:
 * a release names its own version. Prints sizes, and how long the programs for this machine take to start.
 */
import { NoPackager } from "./package/make.ts";
import { NoBaseBinary } from "./release/compile.ts";
import { describe } from "./release/describe.ts";
import { makeRelease } from "./release/pack.ts";
import { BIN, VERSION } from "./release/product.ts";

const [USAGE, UNAVAILABLE] = [64, 69];

const [tag] = Deno.args;
if (tag !== `v${VERSION}`) {
  console.error(
    `error: the tag is ${tag ?? "missing"}, but deno.json has version ${VERSION}: v${VERSION} is its tag`,
  );
  Deno.exit(USAGE);
}
const folder = BIN.join("release");
try {
  await makeRelease(folder, { compress: true });
  for await (const line of describe(folder.join("assets"))) console.log(line);
} catch (error) {
  if (!(error instanceof NoBaseBinary || error instanceof NoPackager)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(UNAVAILABLE);
}
