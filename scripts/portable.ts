/**
 * `deno task portable`: the program and the Deno that runs this as one file for machines like this one,
 * dist/bin/xetra-parqed-VERSION-TARGET.run. Needs no network once the packages are cached.
 */
import { makePortable } from "./release/portable.ts";
import { BIN } from "./release/product.ts";

const output = await makePortable(BIN);
console.log(`${output}: ${(output.statSync()!.size / 1e6).toFixed(1)} MB`);
