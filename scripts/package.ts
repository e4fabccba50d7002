/**
 * `deno task package [--target TARGET] [--kind deb|rpm]`: packages for the distributions, in dist/bin/packages/. By
 * default for all machines that releases are built for, and of all kinds. Ends with 69 where the tool for a kind is missing.
 */
import $ from "@david/dax";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { makePackages, NoPackager } from "./package/make.ts";
import { KINDS } from "./package/making.ts";
import { BIN, TARGETS } from "./release/product.ts";

const UNAVAILABLE = 69;

const { target, kind, revision, compress, output } = new Command("package")
  .description("Makes packages of the program, its service and its documentation.")
  .addOption(new Option("--target <target>", "machine to build for (default: all)").choices(TARGETS))
  .addOption(new Option("--kind <kind>", "kind of package (default: all)").choices(KINDS))
  .option("--revision <number>", "which package of this version it is", wholeNumber, 1)
  .option("--no-compress", "three times as large, and made in seconds: for tests")
  .option("--output <dir>", "where to put them", BIN.join("packages").toString())
  .parse().opts();
try {
  for (const machine of target === undefined ? TARGETS : [target]) {
    const onProgram = (what: string) => console.log(`${machine}: ${what}`);
    const kinds = kind === undefined ? KINDS : [kind];
    const made = await makePackages({ target: machine, revision, compress }, $.path(output), {
      kinds,
      onProgram,
    });
    for (const { path, megabytes, seconds } of made) {
      console.log(`${path}: ${megabytes.toFixed(1)} MB, made in ${seconds.toFixed()} s`);
    }
  }
} catch (error) {
  if (!(error instanceof NoPackager)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(UNAVAILABLE);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number, from 1.");
}
