/** `deno task kernel`: compiles the sources in AssemblyScript of each kernel, and writes its bytes beside them. */
import { BAR_MAKING, ENCODING, makeKernel, SCANNING } from "./kernel/compile.ts";

for (const kernel of [SCANNING, ENCODING, BAR_MAKING]) {
  kernel.folder.join(kernel.made).writeTextSync(await makeKernel(kernel));
}
