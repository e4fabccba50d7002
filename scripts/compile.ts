/**
 * `deno task compile [--target TARGET]`: the program as one executable, dist/bin/xetra-parqed, with its permissions
 * baked in. Ends with 69 where Deno's base binary cannot be had.
 */
import { Command, Option } from "@commander-js/extra-typings";
import { compile, NoBaseBinary } from "./release/compile.ts";
import { BIN, type Target, TARGETS } from "./release/product.ts";

const UNAVAILABLE = 69;

const { target } = new Command("compile")
  .description("Compiles the program into dist/bin/xetra-parqed.")
  .addOption(
    new Option("--target <target>", "machine to build for").choices(TARGETS).default(
      Deno.build.target as Target,
    ),
  )
  .parse().opts();
const output = BIN.join("xetra-parqed");
try {
  console.log(await compile(target, output));
  console.log(`${output} for ${target}: ${(output.statSync()!.size / 1e6).toFixed(1)} MB`);
} catch (error) {
  if (!(error instanceof NoBaseBinary)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(UNAVAILABLE);
}
