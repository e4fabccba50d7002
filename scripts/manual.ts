/** `deno task manual`: the manual page, dist/bin/xetra-parqed.1, for `man dist/bin/xetra-parqed.1`. */
import { manual } from "./manual/manual.ts";
import { BIN } from "./release/product.ts";

BIN.mkdirSync();
const page = BIN.join("xetra-parqed.1");
page.writeTextSync(manual());
console.log(`${page}`);
