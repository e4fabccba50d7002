import { packInt64, packLengths, unpackInt64 } from "./delta.ts";
import { distinct } from "./distinct.ts";
import { unpackCodes, writeHybrid } from "./hybrid.ts";
import { isEncoderSupported, newEncoder } from "./kernel/encoder.ts";
import { KernelLoops } from "./kernel_loops.ts";
import { present } from "./present.ts";
import type { ValueLoops } from "./value_loops.ts";

export const IN_TYPESCRIPT: ValueLoops = {
  packInt64,
  packLengths,
  writeHybrid,
  distinct,
  present,
  unpackInt64,
  unpackCodes,
};

let fastest: ValueLoops | undefined;

/**
 * The fastest loops for this machine: in WebAssembly, or in TypeScript where that or its SIMD is missing. Chosen on first
 * use, since many commands need none.
 */
export function fastestLoops(): ValueLoops {
  return fastest ??= isEncoderSupported() ? new KernelLoops(newEncoder(), IN_TYPESCRIPT) : IN_TYPESCRIPT;
}
