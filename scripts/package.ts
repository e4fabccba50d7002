/**
 * `deno task package [--target TARGET]`: packages for the distributions, in dist/bin/packages/. Without a target, for all
 * machines that releases are built for. Needs dpkg-deb.
 */
import $ from "@david/dax";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { makePackages } from "./package/make.ts";
import { BIN, TARGETS } from "./release/product.ts";

const { target, revision, compress, output } = new Command("package")
  .description("Makes packages of the program, its service and its documentation.")
  .addOption(new Option("--target <target>", "machine to build for (default: all)").choices(TARGETS))
  .option("--revision <number>", "which package of this version it is", wholeNumber, 1)
  .option("--no-compress", "three times as large, and made in seconds: for tests")
  .option("--output <dir>", "where to put them", BIN.join("packages").toString())
  .parse().opts();
for (const machine of target === undefined ? TARGETS : [target]) {
  const tell = (kind: string) => console.log(`${machine}: ${kind}`);
  for (
    const { path, megabytes, seconds } of await makePackages(
      { target: machine, revision, compress },
      $.path(output),
      tell,
    )
  ) {
    console.log(`${path}: ${megabytes.toFixed(1)} MB, made in ${seconds.toFixed()} s`);
  }
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number.");
}
