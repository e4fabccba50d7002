import type { Making } from "../../scripts/package/making.ts";

/** A package for this machine, made quickly. */
export const MAKING: Making = { target: Deno.build.target as Making["target"], revision: 1, compress: false };
