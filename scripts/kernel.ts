/** `deno task kernel`: compiles the sources in AssemblyScript of each kernel, and writes its bytes beside them. */
import { ENCODING, makeKernel, SCANNING } from "./kernel/compile.ts";

for (const kernel of [SCANNING, ENCODING]) {
  kernel.folder.join(kernel.made).writeTextSync(await makeKernel(kernel));
}
