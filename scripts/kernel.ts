/** `deno task kernel`: compiles the sources in src/feed/decode/kernel/assembly/ into kernel_bytes.ts beside them. */
import { KERNEL_BYTES, makeKernel } from "./kernel/compile.ts";

Deno.writeTextFileSync(KERNEL_BYTES, await makeKernel());
