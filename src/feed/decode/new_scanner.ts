import type { PublishedType } from "../records/record_type.ts";
import type { BatchBuilder } from "./batch_builder.ts";
import { isKernelSupported } from "./kernel/kernel.ts";
import { KernelScanner } from "./kernel/kernel_scanner.ts";
import { RowScanner } from "./row_scanner.ts";
import type { Scanner } from "./scanner.ts";

/** The fastest scanner for this machine: the one in WebAssembly, or in TypeScript where that or its SIMD is missing. */
export function newScanner(builder: BatchBuilder<PublishedType>): Scanner {
  return isKernelSupported() ? new KernelScanner(builder) : new RowScanner(builder);
}
